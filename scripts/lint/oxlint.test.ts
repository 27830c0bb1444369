/** The configuration of oxlint as it is, on one file of the window: types, promises and the rules of React are checked. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const WRONG = `import { useEffect, useState } from 'react'
export const count: number = 'many'
export function Screen({ load }: { load: () => Promise<void> }) {
  const [shown, setShown] = useState(0)
  useEffect(() => { setShown(shown + 1) }, [load])
  if (shown > 3) useState(1)
  const Row = () => <b />
  load()
  return <Row />
}
`

test('a wrong type, a promise that nobody awaits, and hooks that are called wrongly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-oxlint-'))
  try {
    mkdirSync(join(folder, 'src-renderer'))
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction')
    writeFileSync(join(folder, 'src-renderer', 'Screen.tsx'), WRONG)
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify({ extends: [resolve('.oxlintrc.json')] }))
    const tsconfig = { extends: resolve('tsconfig.web.json'), include: ['src-renderer'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
    expect(rulesBroken(folder)).toEqual([
      'react(set-state-in-effect)',
      'react(static-components)',
      'react-hooks(exhaustive-deps)',
      'react-hooks(rules-of-hooks)',
      'typescript(TS2322)',
      'typescript(no-floating-promises)',
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** What oxlint says of a folder, as `npm run lint` calls it. */
function rulesBroken(folder: string): string[] {
  const oxlint = resolve('node_modules/oxlint/bin/oxlint')
  const asked = ['--type-aware', '--type-check', '--format=json']
  let printed: string
  try {
    printed = execFileSync(process.execPath, [oxlint, ...asked, 'src-renderer'], { cwd: folder, encoding: 'utf8' })
  } catch (error) {
    printed = (error as { stdout: string }).stdout
  }
  const { diagnostics } = JSON.parse(printed) as { diagnostics: { code: string }[] }
  return diagnostics.map(({ code }) => code).sort()
}
