import { csvLine } from '@shared/csv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delimitedRows } from './delimited'

async function read(text: string, delimiter: string | null = null, size = text.length): Promise<string[][]> {
  const chunks = Array.from({ length: Math.ceil(text.length / (size || 1)) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  )
  const rows: string[][] = []
  for await (const row of delimitedRows({ name: 't.csv', chunks, delimiter, code: 'usage' })) rows.push(row)
  return rows
}

test('line ends of three kinds in one file, a mark of the encoding, empty lines, rows of other lengths', async () => {
  const text = '\uFEFFa;b\r\n1;2\n\n3\r4;5;6\r\n\r\n"7\r\n8";9'
  const rows = [['a', 'b'], ['1', '2'], ['3'], ['4', '5', '6'], ['7\r\n8', '9']]
  for (const size of [1, 2, 3, text.length]) expect(await read(text, null, size)).toEqual(rows)
})

test('ids stay text, equal headings both stay, and a quote inside a cell is one', async () => {
  expect(await read('id,id\n007,9007199254740993\n0x10,a 6" pipe\n')).toEqual([
    ['id', 'id'],
    ['007', '9007199254740993'],
    ['0x10', 'a 6" pipe'],
  ])
})

test('what is written is read, wherever the file is cut into pieces', async () => {
  const text = fc.string({ unit: fc.constantFrom(...'a,;"\r\n é'), minLength: 1 })
  const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 4 })
  const holds = async (written: string[][], size: number) => {
    const found = await read(written.map(csvLine).join(''), ',', size)
    expect(found.map((row) => row.map((cell) => cell.replace(/^'(?=[\r\n])/, '')))).toEqual(written)
  }
  await fc.assert(fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), holds), { seed: 4, numRuns: 200 })
})

test('a quote that is never closed is an error with its row, and does not swallow the rows behind it', async () => {
  await expect(read('path,label\na.png,cat\nb.png,"dog\nc.png,cat\n')).rejects.toThrow(
    't.csv cannot be read: row 3 has a quote that is never closed.',
  )
})
