import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Certificate } from '@headlight/explain/report'
import type { ModelInfo } from '@shared/api'
import { CERTIFICATE_VERSION } from '@headlight/explain'
import { certificateStore } from './certificate-store'
import { Certificates } from '../runs/certificates'
import type { ComputeSource } from '../runs/compute-source'

let folder: string
beforeEach(async () => (folder = join(await mkdtemp(join(tmpdir(), 'headlight-certificates-')), 'certificates')))
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const model = { path: '/m.onnx', hash: 'a'.repeat(64), output: 'logits' } as ModelInfo
const certificate = (passed = true): Certificate => ({
  passed,
  version: CERTIFICATE_VERSION,
  ...{ logitError: 1e-7, rowSumError: 1e-7, gradientError: 1e-9 },
  heads: [{ layer: 0, head: 1, error: 1e-9 }],
  precision: 'float64',
  limits: { logit: 1e-4, rowSum: 1e-4, gradient: 1e-4 },
  failures: passed ? [] : ['It does not agree.'],
  seconds: 3,
})

/** Counts what is computed; the check itself is tested in explain/. */
function counting(answer = certificate()) {
  const asked: unknown[] = []
  const certify = async (...question: unknown[]) => (asked.push(question), answer)
  return { asked, compute: { acquire: () => ({ certify }) } as unknown as ComputeSource }
}

test('a model is certified once for a user, whatever program asks next', async () => {
  const { asked, compute } = counting()
  const first = await new Certificates(compute, certificateStore(folder)).of(model)
  const second = await new Certificates(compute, certificateStore(folder)).of({ ...model, path: '/elsewhere.onnx' })
  expect(second).toEqual(first)
  expect(asked).toHaveLength(1)
})

test('other content, another output or another tower is another model', async () => {
  const { asked, compute } = counting()
  const certificates = new Certificates(compute, certificateStore(folder))
  const others = [{ hash: 'b'.repeat(64) }, { output: 'other' }, { tower: 'left' }]
  for (const other of [{}, ...others]) await certificates.of({ ...model, ...other })
  expect(asked).toHaveLength(4)
})

test('a failed check is computed again; one of a former program is not taken', async () => {
  const failing = counting(certificate(false))
  const failed = new Certificates(failing.compute, certificateStore(folder))
  expect((await failed.of(model)).passed).toBe(false)
  await failed.of(model)
  expect(failing.asked).toHaveLength(2)
  const { asked, compute } = counting()
  const former = { ...certificate(), version: undefined }
  expect((await new Certificates(compute).of(model, [former])).version).toBe(CERTIFICATE_VERSION)
  expect(asked).toHaveLength(1)
  await new Certificates(compute).of(model, [certificate()])
  expect(asked).toHaveLength(1)
})

test('files are for their owner alone; a damaged one costs a check, and a folder that cannot be written nothing', async () => {
  const { asked, compute } = counting()
  await new Certificates(compute, certificateStore(folder)).of(model)
  const [name = ''] = await readdir(folder)
  if (process.platform !== 'win32') {
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  }
  await writeFile(join(folder, name), '{"key":"x"')
  await new Certificates(compute, certificateStore(folder)).of(model)
  expect(asked).toHaveLength(2)
  expect((await new Certificates(compute, certificateStore(join(folder, name, 'below'))).of(model)).passed).toBe(true)
})

test.skipIf(process.platform === 'win32')('a pipe in the place of a certificate is not waited for', async () => {
  const { asked, compute } = counting()
  await new Certificates(compute, certificateStore(folder)).of(model)
  const [name = ''] = await readdir(folder)
  await rm(join(folder, name))
  execFileSync('mkfifo', [join(folder, name)])
  for (let i = 0; i < 2; i++)
    expect(await new Certificates(compute, certificateStore(folder)).of(model)).toEqual(certificate())
  expect(asked).toHaveLength(2)
})
