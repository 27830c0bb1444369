import { expect, test } from 'vitest'
import { csvCell, csvLine, csvText } from './csv'

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', `'+1`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
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
