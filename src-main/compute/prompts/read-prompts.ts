/** Prompts from a table with the columns name and prompt; several prompts of one name are templates of one class. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Prompt } from '@headlight/explain'
import { refuseIrregular } from '@headlight/explain/files'
import { HeadlightError } from '@shared/errors'
import { delimitedRows } from '../../datasets/delimited'

/** Larger files hold no prompts: 100,000 of 100 letters take 10 MB. */
const MAX_BYTES = 2 ** 26

/** Throws 'not-found', or 'usage' with what is wrong and what to do. */
export async function readPrompts(file: string, source = basename(file)): Promise<Prompt[]> {
  const refuse = (sentence: string) => new HeadlightError('usage', `${source} ${sentence}`)
  await refuseIrregular(file, 'usage')
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no file of prompts ${file}.`, { cause })
  })
  if (size > MAX_BYTES) throw refuse(`has ${size} bytes; files of prompts are read up to 64 MiB.`)
  const chunks = [await readFile(file, 'utf8')]
  const delimiter = /\.tsv$/i.test(file) ? '\t' : null
  const rows: string[][] = []
  for await (const row of delimitedRows({ name: source, chunks, delimiter, code: 'usage' })) rows.push(row)
  const columns = (rows[0] ?? []).map((cell) => cell.trim().toLowerCase())
  const [name, prompt] = [columns.indexOf('name'), columns.indexOf('prompt')]
  if (rows.length > 0 && (name < 0 || prompt < 0)) {
    throw refuse(
      'has no columns name and prompt; write them into its first line, and a prompt into each line after it.',
    )
  }
  const prompts = rows.slice(1).map((row) => ({ name: row[name]?.trim() ?? '', prompt: row[prompt] ?? '' }))
  if (prompts.length === 0) throw refuse('holds no prompts; write a name and a prompt into each line after the first.')
  const empty = prompts.findIndex((one) => one.prompt.trim() === '')
  if (empty >= 0)
    throw refuse(`has no prompt in row ${empty + 1}${inWords(prompts[empty]!.name)}; write one, or take the row away.`)
  const unnamed = prompts.find((one) => one.name === '')
  if (unnamed) throw refuse(`has no name for the prompt '${unnamed.prompt}'; name its class.`)
  return prompts
}

const inWords = (name: string) => (name === '' ? '' : ` ('${name}')`)
