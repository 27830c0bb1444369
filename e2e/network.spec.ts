/** Nothing leaves this machine: a whole run under strace opens no connection but to its own processes. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { demo } from './program'

/** Small: strace makes its certificate slow. */
const MODEL = resolve('models/zoo/timm_vit_op17/model.onnx')
const STRACE = '/usr/bin/strace'
const CALLS = 'connect,sendto,sendmsg,sendmmsg'
/** An internet address in strace's words: inet_addr("1.2.3.4"), inet_pton(AF_INET6, "::1", ...). */
const ADDRESS = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/g
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

test('a run talks to nobody', async () => {
  test.skip(!existsSync(STRACE), 'strace is not installed: apt-get install strace')
  test.setTimeout(300_000)
  const folder = await mkdtemp(join(tmpdir(), 'headlight-network-'))
  try {
    const trace = join(folder, 'trace')
    const run = ['run', '--model', MODEL, '--data', demo.images, '--project', join(folder, 'p.headlight')]
    const program = [process.execPath, resolve('out/main/cli.js'), ...run, '--limit', '8']
    const env = { ...process.env, HEADLIGHT_CONFIG_DIR: join(folder, 'config') }
    await promisify(execFile)(STRACE, ['-f', '-e', `trace=${CALLS}`, '-o', trace, ...program], { env })
    const log = await readFile(trace, 'utf8')
    expect(log, 'strace saw the run end').toContain('+++ exited with 0 +++')
    const addresses = [...log.matchAll(ADDRESS)].map(([, four, six]) => four ?? six!)
    expect(addresses.filter((address) => !LOOPBACK.test(address))).toEqual([])
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
})
