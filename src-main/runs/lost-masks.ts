/** Tells missing masks as a whole, as with a disk, from single masks that cannot be read. */
import { dirname } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { RunDefinition } from '@shared/api'
import type { BatchResult } from '../compute/api'
import { containerOf, isBox, type MaskLocation } from '../datasets/location'
import { areAllGone, isDatasetGone } from '../datasets/presence'
import type { PendingSample } from '../library/run/api'

const WITNESSES = 16

export class LostMasks {
  readonly #masksPath: string | null
  /** The masks are what is explained: without them there is no result at all. */
  readonly #isTruth: boolean
  /** Files that were read not long ago, the latest last. */
  readonly #witnesses: string[] = []

  constructor({ masksPath, target }: RunDefinition) {
    this.#masksPath = masksPath
    this.#isTruth = target.kind === 'truth'
  }

  /**
   * Looks at a batch before it is written. Gives null where its masks that cannot be read are single ones, and otherwise what
   * the run pauses with: images that were measured against nothing would stay so.
   */
  async explains(samples: readonly PendingSample[], result: BatchResult): Promise<HeadlightError | null> {
    const unexplained = this.#isTruth ? result.errors.filter(({ code }) => code === 'unreadable-file') : []
    const unmeasured = result.unmeasured.filter(({ kind }) => kind === 'unreadable')
    const unreadable = new Set([...unexplained, ...unmeasured].map(({ id }) => id))
    const lost = filesOf(samples.filter(({ id }) => unreadable.has(id)))
    if (await areMasksGone(this.#masksPath, lost, this.#witnesses)) {
      const message = `The masks are not at ${this.#masksPath ?? dirname(lost[0]!)} any more. Connect the disk or put the folder back, then resume; the images that are left were not touched.`
      return new HeadlightError('dataset-gone', message)
    }
    const read = new Set(result.ids)
    this.#witnesses.push(...filesOf(samples.filter(({ id }) => read.has(id) && !unreadable.has(id))))
    this.#witnesses.splice(0, this.#witnesses.length - WITNESSES)
    return null
  }
}

/** Whether masks that could not be read are gone together: with their folder, or with all that were read before. */
export async function areMasksGone(
  masksPath: string | null,
  lost: readonly string[],
  witnesses: readonly string[] = [],
): Promise<boolean> {
  if (lost.length === 0) return false
  if (masksPath !== null) return isDatasetGone(masksPath, witnesses)
  if (!(await areAllGone([...lost, ...witnesses]))) return false
  return witnesses.length > 0 || (await areAllGone(lost.map((file) => dirname(file))))
}

/** The files of the masks of samples; boxes have none. */
export function filesOf(samples: readonly { mask: MaskLocation | null }[]): string[] {
  return samples.flatMap(({ mask }) => (mask === null || isBox(mask) ? [] : [containerOf(mask)]))
}
