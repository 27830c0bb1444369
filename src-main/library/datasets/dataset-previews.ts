import { resolve } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { DatasetPicture, DatasetReport } from '@shared/api'
import { toErrorValue } from '@shared/errors'
import type { SampleLocation } from '../../datasets/location'
import type { ModelClasses } from '../../datasets/match-classes'
import { type ReadOptions, reportDataset } from '../../datasets/report'
import type { DatasetSample } from '../../datasets/source'
import type { Thumbnails } from '../samples/thumbnails'

/** Datasets whose previews are kept. */
const KEPT = 8
/** Longer side in pixels. */
const SIZE = 320

/** Reports on datasets that belong to no project yet, and the few samples that the window shows of them. */
export class DatasetPreviews {
  readonly #thumbnails: Thumbnails
  readonly #kept = new LRUCache<string, DatasetSample[]>({ max: KEPT })

  constructor(thumbnails: Thumbnails) {
    this.#thumbnails = thumbnails
  }

  async scan(path: string, model: ModelClasses | null, options?: ReadOptions): Promise<DatasetReport> {
    const { report, preview } = await reportDataset(path, model, options)
    this.#kept.set(resolve(path), preview)
    return report
  }

  async pictures(path: string): Promise<DatasetPicture[]> {
    const samples = await this.#samples(path)
    return Promise.all(samples.map((sample) => this.#picture(sample)))
  }

  async locations(path: string): Promise<{ path: string; file: SampleLocation }[]> {
    return (await this.#samples(path)).map((sample) => ({ path: sample.path, file: sample.location }))
  }

  /** Listed again where the process was restarted since. */
  async #samples(path: string): Promise<DatasetSample[]> {
    const known = this.#kept.get(resolve(path))
    if (known) return known
    await this.scan(path, null)
    return this.#kept.get(resolve(path)) ?? []
  }

  async #picture({ path, label, location }: DatasetSample): Promise<DatasetPicture> {
    try {
      return { path, label, image: await this.#thumbnails.read(location, SIZE), error: null }
    } catch (error) {
      return { path, label, image: null, error: toErrorValue(error).message }
    }
  }
}
