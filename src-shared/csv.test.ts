import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvCell, csvLine, csvText, mostFrequentDelimiter } from './csv'

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', `'+1`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['＝1+1', `'＝1+1`],
  ['\t=1', `'\t=1`],
  ["'quoted", `''quoted`],
  ["it's", "it's"],
  ['a,b', '"a,b"'],
  ['two\nlines', '"two\nlines"'],
  [' spaced', '" spaced"'],
  ['', ''],
])('%j is written %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
  const unquoted = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
  expect(csvText(unquoted)).toBe(value)
})

test('numbers and truth values stay what they are', () => {
  expect(csvLine([-0.5, true, null, 'x'])).toBe('-0.5,true,,x\r\n')
})

test('numbers that are not finite are written as pandas reads them', () => {
  expect(csvLine([NaN, Infinity, -Infinity])).toBe('NaN,inf,-inf\r\n')
})

test('whatever the texts, a reader gets them back, and no cell starts a formula', () => {
  const text = fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",; ab\'é') })
  const holds = (texts: string[]) => {
    const cells = parse(csvLine(texts), { record_delimiter: '\r\n' })[0]!
    expect(cells.map(csvText)).toEqual(texts)
    for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/)
  }
  fc.assert(fc.property(fc.array(text, { minLength: 1 }), holds), { seed: 20, numRuns: 500 })
})

test('a delimiter in quotes or behind the first line does not count', () => {
  expect(mostFrequentDelimiter('a;b,c;"d,e,f"\n,,,,', [',', ';'])).toBe(';')
  expect(mostFrequentDelimiter('a', [',', ';'])).toBe(',')
})
