/** A real project with a dataset of tiny files, for tests of runs whose compute process is scripted. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { type ModelInfo, type RunDefinition } from '@shared/api'
import { Library } from '../../library/library'

export const SAMPLES = 20

export const MODEL: ModelInfo = {
  ...{ supported: true, reasons: [], layers: 2, heads: 2, tokens: 5, prefixTokens: 1, grid: [2, 2], classes: 2 },
  ...{ input: { name: 'x', shape: ['batch', 3, 4, 4] }, opset: 17, producer: 'test', dynamicBatch: true },
  ...{ output: 'logits', outputs: [], task: 'single-label', ending: 'none' },
  ...{ readoutRows: [0], path: '/models/tiny.onnx', fileName: 'tiny.onnx', hash: 'a'.repeat(64), bytes: 1 },
}

export interface TinyProject {
  folder: string
  images: string
  library: Library
  definition(name?: string): RunDefinition
  remove(): Promise<void>
}

export async function tinyProject(): Promise<TinyProject> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-run-'))
  const images = join(folder, 'images')
  mkdirSync(join(images, 'cat'), { recursive: true })
  for (let i = 0; i < SAMPLES; i++) writeFileSync(join(images, 'cat', `${i}.png`), `picture ${i}`)
  const library = new Library()
  await library.project.create({ path: join(folder, 'p.headlight') })
  return {
    folder,
    images,
    library,
    definition: (name = 'tiny') => ({
      ...{ modelPath: MODEL.path, dataPath: images, masksPath: null, methods: ['raw'] },
      ...{ settings: DEFAULT_METHOD_SETTINGS, target: { kind: 'predicted' }, labels: ['cat', 'dog'] },
      ...{ precision: 'fp32', provider: 'auto', batch: 'auto', limit: null, name },
      preprocessing: {
        ...{ size: { height: 4, width: 4 }, centerCrop: null, rescale: 1, mean: [0], std: [1], channels: 3 },
        ...{ source: '', resize: { mode: 'exact', height: 4, width: 4, interpolation: 'bilinear' } },
      },
    }),
    async remove() {
      await library.project.close()
      rmSync(folder, { recursive: true })
    },
  }
}
