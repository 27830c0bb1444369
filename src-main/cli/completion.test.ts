/** What the Tab key offers, and that the script of bash asks for it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { EXPORTS } from './exports'
import { answerShell } from './commands/completion'
import { complete } from './completion'
import { EXPORTED, EXPORT_FORMATS } from './declarations/choices'
import { createProgram } from './program'

const offered = (line: string) => {
  const candidates = complete(createProgram(), line)
  return candidates === 'files' ? candidates : candidates.map(({ name }) => name)
}

test('commands, options, and the words that an option takes', () => {
  expect(offered('headlight ru')).toEqual(['run', 'runs'])
  expect(offered('headlight run --mask')).toEqual(['--masks', '--mask-kind', '--mask-void'])
  expect(offered('headlight run --mask-kind tr')).toEqual(['trimap'])
  expect(offered('headlight run --target pre')).toEqual(['predicted', 'predicted-label', 'predicted-runner-up'])
  expect(offered('headlight explain m.onnx --target c')).toEqual(['class:'])
  expect(offered('headlight completion ')).toEqual(['bash', 'zsh', 'fish'])
})

test('paths where a path is wanted, and nothing where nobody can know', () => {
  expect(offered('headlight inspect ')).toBe('files')
  expect(offered('headlight run --model ')).toBe('files')
  expect(offered('headlight run --data pic')).toBe('files')
  expect(offered('headlight run --limit ')).toEqual([])
  expect(offered('headlight nonsense ')).toEqual([])
})

test('an option that was given is offered again only where it may be', () => {
  expect(offered('headlight run --name a --name')).toEqual([])
  expect(offered('headlight run --labels a.txt --labels')).toEqual(['--labels'])
})

test('where a path is wanted, zsh and fish are told so, and bash is given nothing, so that it completes names of files', () => {
  const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const asked = (SHELL: string) => {
    printed.mockClear()
    const COMP_LINE = 'headlight inspect mo'
    answerShell({ SHELL, COMP_LINE, COMP_POINT: String(COMP_LINE.length), COMP_CWORD: '2' })
    return printed.mock.calls.map(([text]) => String(text)).join('')
  }
  expect([asked('bash'), asked('zsh'), asked('fish')]).toEqual([
    '',
    '__tabtab_complete_files__\n',
    '__tabtab_complete_files__\n',
  ])
  printed.mockRestore()
})

test('the words of export are those that it writes', () => {
  expect([...EXPORTED].sort()).toEqual(EXPORTS.map(({ what }) => what).sort())
  expect([...EXPORT_FORMATS].sort()).toEqual([...new Set(EXPORTS.flatMap(({ formats }) => formats))].sort())
})

test('the scripts of the shells come from the library, with the names of our program', async () => {
  const { default: tabtab } = await import('@pnpm/tabtab')
  const folder = mkdtempSync(join(tmpdir(), 'headlight-completion-'))
  try {
    const script = await tabtab.getCompletionScript({ name: 'headlight', completer: 'headlight', shell: 'bash' })
    writeFileSync(join(folder, 'script.sh'), script)
    // Stands for the program: says what bash asked, so that the question is seen as a shell puts it.
    writeFileSync(join(folder, 'headlight'), '#!/bin/sh\necho "$COMP_LINE|$COMP_POINT|$1"\n', { mode: 0o755 })
    const asked = execFileSync(
      'bash',
      [
        '--norc',
        '-c',
        `source ${resolve(folder, 'script.sh')}; COMP_WORDS=(headlight run --ma); COMP_CWORD=2; COMP_LINE='headlight run --ma'; COMP_POINT=18; _headlight_completion; printf %s "\${COMPREPLY[0]}"`,
      ],
      { env: { PATH: `${folder}:${process.env.PATH}` }, encoding: 'utf8' },
    )
    expect(asked).toBe('headlight run --ma|18|completion-server')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
