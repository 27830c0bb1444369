import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SCRIPT = `
  const { logBackgroundFailures } = await import('./log-background-failures.ts')
  logBackgroundFailures()
  void Promise.reject(new Error('nobody waits for this'))
  setTimeout(() => console.log('still here'), 20)
`

test('a background task that fails is logged and does not end the process', () => {
  const state = mkdtempSync(join(tmpdir(), 'headlight-background-'))
  const execArgv = ['--import', join(import.meta.dirname, '../process/fixtures/run-typescript.mjs')]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...execArgv, '--input-type=module', '-e', SCRIPT], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    env: { ...process.env, HEADLIGHT_STATE_DIR: state },
  })
  expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: 'still here\n' })
  expect(stderr).toMatch(/A task in the background failed\. Error: nobody waits for this/)
  const logged = readdirSync(state, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.log'))
  expect(logged.map((name) => readFileSync(join(state, name), 'utf8')).join()).toMatch(
    / error A task in the background failed\. .*nobody waits for this/,
  )
  rmSync(state, { recursive: true })
})
