import { expect, test, vi } from 'vitest'
import { exposure } from './commands/serve'
import { createOutput, printable, table } from './output'

test('control characters and marks that turn a line around are shown, not obeyed', () => {
  expect(printable('\x1b[2J\x07\r.png')).toBe('\\u001b[2J\\u0007\\u000d.png')
  expect(printable('\u202egpj.exe\u2066\x9b')).toBe('\\u202egpj.exe\\u2066\\u009b')
  expect(printable('עברית, Ünïcode\n\tand lines')).toBe('עברית, Ünïcode\n\tand lines')
})

test('listening for other machines is said, listening for this one is not', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.4', 'server.lab'])
    expect(exposure(host)).toContain(`on ${host}: other machines`)
  for (const host of ['127.0.0.1', 'localhost', '::1']) expect(exposure(host)).toBeNull()
})

test('what is said again and again stands once in a log', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const output = createOutput(false)
  for (const found of [0, 0, 601, 601, 0]) output.status(`${found} found`)
  const lines = write.mock.calls.map(([text]) => String(text))
  write.mockRestore()
  if (!process.stderr.isTTY) expect(lines.map((line) => / (\d+) found/.exec(line)?.[1])).toEqual(['0', '601', '0'])
})

test('a name that holds line breaks stays in its row', () => {
  expect(
    table(
      ['path', 'n'],
      [
        ['two\nlines\t.png', 1],
        ['b', 22],
      ],
    ),
  ).toBe(['path               n', 'two\\nlines\\t.png   1', 'b                 22'].join('\n'))
})
