import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readModel } from '../onnx/read'
import { refuseIrregular } from './regular-file'

const folder = mkdtempSync(join(tmpdir(), 'headlight-regular-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.skipIf(process.platform === 'win32')('a model that is a pipe or a device is refused at once', async () => {
  const pipe = join(folder, 'model.onnx')
  execFileSync('mkfifo', [pipe])
  await expect(readModel(pipe)).rejects.toMatchObject({
    code: 'unreadable-model',
    message: expect.stringContaining('is a pipe and not a file'),
  })
  await expect(readModel('/dev/zero')).rejects.toMatchObject({ message: expect.stringContaining('is a device') })
})

test('files, folders and what is not there are the reader’s', async () => {
  writeFileSync(join(folder, 'file'), '')
  for (const name of ['file', '.', 'missing']) await refuseIrregular(join(folder, name), 'unreadable-model')
})
