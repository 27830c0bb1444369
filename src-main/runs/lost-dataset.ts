import { HeadlightError } from '@shared/errors'
import type { RunDefinition } from '@shared/api'
import type { BatchResult } from '../compute/api'
import type { PendingSample } from '../library/run/api'
import type { SampleLocation } from '../datasets/location'
import { isDatasetGone } from '../datasets/presence'

/** Errors that every image has when the dataset's disk is missing. */
const FILE_ERRORS = ['not-found', 'unreadable-file']
const WITNESSES = 16

/** Tells a missing dataset from single missing files. */
export class LostDataset {
  readonly #root: string
  /** Files that were read not long ago, the latest last. */
  readonly #witnesses: SampleLocation[] = []

  constructor({ dataPath }: RunDefinition) {
    this.#root = dataPath
  }

  /**
   * Looks at a batch before it is written. Gives null where its errors are about single files, and otherwise what of
   * the batch is to be written all the same: the errors that the lost dataset explains are left out.
   */
  async explains(samples: readonly PendingSample[], result: BatchResult): Promise<BatchResult | null> {
    const failed = new Set(result.errors.filter(({ code }) => FILE_ERRORS.includes(code)).map(({ id }) => id))
    if (failed.size > 0 && (await isDatasetGone(this.#root, this.#witnesses))) {
      return { ...result, errors: result.errors.filter(({ id }) => !failed.has(id)) }
    }
    const read = new Set(result.ids)
    this.#witnesses.push(...samples.filter(({ id }) => read.has(id)).map(({ file }) => file))
    this.#witnesses.splice(0, this.#witnesses.length - WITNESSES)
    return null
  }

  /** What the run pauses with. */
  error(): HeadlightError {
    const message = `The images are not at ${this.#root} any more. Connect the disk or put the folder back, then resume; the images that are left were not touched.`
    return new HeadlightError('dataset-gone', message)
  }
}
