/** What a run asks of its model when it goes on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tinyVit, TINY_WIDTH } from '@headlight/explain/testing'
import { Compute } from '../compute'
import { Library } from '../library/library'
import { RunQueue } from './run-queue'
import { Runs } from './runs'

const compute = new Compute()
let folder: string
let library: Library

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-resumed-'))
  library = new Library()
  await library.project.create({ path: join(folder, 'p.headlight') })
  mkdirSync(join(folder, 'images'))
  const picture = sharp({ create: { width: 24, height: 16, channels: 3, background: '#3a7' } })
  await picture.png().toFile(join(folder, 'images', 'a.png'))
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

test('a run reads what lies beside its model as it begins, not as it goes on; another model is refused', async () => {
  const modelPath = join(folder, 'model.onnx')
  const write = (classes: number) =>
    writeFileSync(
      modelPath,
      tinyVit({
        image: [16, 24],
        classToken: true,
        head: ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, classes) }),
      }),
    )
  write(3)
  const ignore = () => undefined
  const runs = new Runs({ library, compute: { acquire: () => compute, end: ignore }, onProgress: ignore })
  const queue = new RunQueue({ library, runs, onChanged: ignore, onPassedOver: ignore, onWatching: ignore })
  const inspect = vi.spyOn(compute, 'inspect')
  const { id } = await queue.start({ modelPath, dataPath: join(folder, 'images'), provider: 'cpu' })
  expect(await runs.ended(id)).toMatchObject({ state: 'finished' })
  await queue.resume(id)
  expect(await runs.ended(id)).toMatchObject({ state: 'finished' })
  expect(inspect).toHaveBeenCalledTimes(1)

  write(4)
  await expect(queue.resume(id)).rejects.toMatchObject({ code: 'model-changed' })
})
