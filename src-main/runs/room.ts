/** Free space on the project's disk, and the space that a run still needs. */
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { formatBytes } from '@shared/format-bytes'

/** From this number of images on, their measured size replaces the estimate. */
const ENOUGH_TO_MEASURE = 200
/** The journal of a batch, labels, statistics: what a run needs independent of its size. */
const SPARE_BYTES = 4 * 2 ** 20
/** A run goes on with this much room, though it may pause again later. */
const WORTH_GOING_ON_BYTES = 256 * 2 ** 20

export interface Room {
  folder: string
  freeBytes: number
  /** What the rest of the run takes, roughly. */
  neededBytes: number
}

export async function roomFor(project: ProjectInfo, run: RunInfo): Promise<Room> {
  const { bavail, bsize } = await statfs(project.path)
  const left = run.total - run.done - run.failed
  const neededBytes = Math.ceil(left * (await bytesPerImage(project, run))) + SPARE_BYTES
  return { folder: project.path, freeBytes: bavail * bsize, neededBytes }
}

/** True with enough space for the run, or at least for a good part of it. */
export function isRoomy({ freeBytes, neededBytes }: Room): boolean {
  return freeBytes >= Math.min(neededBytes, WORTH_GOING_ON_BYTES)
}

/** What a run says that pauses because its disk is full. */
export function outOfRoom({ folder, freeBytes, neededBytes }: Room, cause: unknown): HeadlightError {
  const rest = `the run needs about ${formatBytes(neededBytes)} more. Make room, then resume; everything that was computed before is saved.`
  const full = `The disk of ${folder} is full: ${formatBytes(freeBytes)} are free there, and ${rest}`
  const limited = `${folder} takes no more, though ${formatBytes(freeBytes)} are free on its disk: a quota or a limit on the size of files is reached, and ${rest}`
  const message = freeBytes < neededBytes ? full : limited
  return new HeadlightError('disk-full', message, { cause })
}

async function bytesPerImage({ path, runs }: ProjectInfo, run: RunInfo): Promise<number> {
  const done = runs.reduce((sum, each) => sum + each.done, 0)
  if (done >= ENOUGH_TO_MEASURE) return (await stat(join(path, 'cache.sqlite'))).size / done
  const { layers, heads, grid } = run.model
  return 1000 + 4 * (2 * layers * heads + run.definition.methods.length * grid[0] * grid[1])
}
