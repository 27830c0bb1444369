import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { HeadlightError } from '@shared/errors'

/** Reads and checks a JSON file. Gives null where there is none; throws 'usage' where it is not what it should be. */
export async function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.infer<Schema> | null> {
  const text = await readText(file)
  if (text === null) return null
  const name = path.basename(file)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new HeadlightError('usage', `${name} is not valid JSON; mend it or take it away.`, { cause })
  }
  const checked = schema.safeParse(content)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new HeadlightError('usage', `${name} cannot be used: '${issue?.path.join('.')}' ${issue?.message}.`, {
    cause: checked.error,
  })
}

/** The text of a file, null where there is none. */
export async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw new HeadlightError('usage', `${file} cannot be read (${cause.code}).`, { cause })
  })
}
