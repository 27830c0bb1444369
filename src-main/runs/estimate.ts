import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type EstimateRun, type ModelChoice, modelChoice, type RunDefinition, type RunEstimate } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { openDataset } from '../datasets/open-dataset'
import type { InspectedModel } from '../compute/api'
import type { ComputeSource, Library } from './compute-source'
import { inspectFor } from './inspect'
import { modelInfo, planRun } from './plan'

/** Batches that are computed for the rate, after one that is not timed: the first pays for memory and kernels. */
const TIMED_BATCHES = 8
/** Timing ends after the batch in which this has passed. */
const ENOUGH_MS = 5000
/** Journals, indexes and the backup of review.sqlite come on top of what a sample takes. */
const MARGIN = 1.1
const MARGIN_BYTES = 64 * 2 ** 20

interface Rate {
  imagesPerSecond: number
  source: string
}

/**
 * What a run will take. Bytes are those that its results take in a scratch project. Time, where `measure` asks for it,
 * comes from a few images of the dataset, computed as the run will compute them.
 * @param inspected the model with the files that the request names, where they were read already
 */
export async function estimateRun(
  { library, compute }: { library: Library; compute: ComputeSource },
  request: EstimateRun,
  { signal, inspected }: { signal?: AbortSignal; inspected?: InspectedModel } = {},
): Promise<RunEstimate> {
  const model = inspected ?? (await inspectFor(compute, request))
  const definition = planRun(request, model)
  const counted = request.samples ?? (await library.datasets.scan({ path: definition.dataPath, model: null })).count
  const samples = Math.min(counted, definition.limit ?? Infinity)
  const { bytesPerSample } = await library.runs.measureStorage({
    definition,
    model: modelInfo(model),
    withMasks: definition.masksPath !== null,
    samples,
  })
  const folder = request.projectPath ?? (await library.project.current())?.path ?? '.'
  const bytesFree = await freeBytes(resolve(folder))
  signal?.throwIfAborted()
  const choice = { ...modelChoice(request), output: definition.output, tower: definition.tower }
  const rate = request.measure ? await measureRate(compute, definition, choice, model.hash, signal) : null
  const bytes = samples * bytesPerSample
  return {
    samples,
    bytesPerSample,
    bytes,
    bytesFree,
    fits: bytesFree === null || bytes * MARGIN + MARGIN_BYTES <= bytesFree,
    imagesPerSecond: rate?.imagesPerSecond ?? null,
    seconds: rate === null ? null : samples / rate.imagesPerSecond,
    rateSource: rate?.source ?? null,
  }
}

/** Images a second of a few real images, decoding included, two batches under way as in a run. */
async function measureRate(
  compute: ComputeSource,
  definition: RunDefinition,
  choice: ModelChoice,
  expectedHash: string,
  signal: AbortSignal | undefined,
): Promise<Rate> {
  const { modelPath, task, methods, settings, preprocessing, provider, precision, batch, dataPath } = definition
  const listed = await (await openDataset(dataPath)).list({ signal })
  const api = compute.acquire()
  const prepared = await api.prepare({
    ...{ ...choice, modelPath, task },
    ...{ methods, settings, preprocessing, provider, precision, batch, expectedHash },
  })
  try {
    const wanted = prepared.batch * (1 + TIMED_BATCHES)
    const step = Math.max(1, Math.floor(listed.samples.length / wanted))
    const chosen = listed.samples.filter((_, index) => index % step === 0)
    const inputs = chosen.map(({ location }, id) => ({ id, file: location, mask: null, target: -1 }))
    const parts = Math.max(1, Math.ceil(inputs.length / prepared.batch))
    // A dataset of few batches is gone through again: its first one alone was not timed.
    const part = (index: number) => {
      const from = (index % parts) * prepared.batch
      return inputs.slice(from, from + prepared.batch)
    }

    await api.run(prepared.session, part(0))
    const begun = performance.now()
    let images = 0
    for (let index = 1; index <= TIMED_BATCHES && performance.now() - begun < ENOUGH_MS; index += 2) {
      signal?.throwIfAborted()
      const pair = [part(index), part(index + 1)].filter((samples) => samples.length > 0)
      const results = await Promise.all(pair.map((samples) => api.run(prepared.session, samples)))
      images += results.reduce((sum, { ids }) => sum + ids.length, 0)
    }
    if (images === 0) {
      throw new HeadlightError('unreadable-image', `None of the images that were tried in ${dataPath} can be read.`)
    }
    const imagesPerSecond = (images * 1000) / (performance.now() - begun)
    return { imagesPerSecond, source: `${images} images computed now on ${prepared.choice.provider}` }
  } finally {
    await api.close(prepared.session)
  }
}

/** Free bytes of the disk that holds a path, which need not exist yet. Null where the system does not tell. */
export async function freeBytes(path: string): Promise<number | null> {
  const folder = existsSync(path) || dirname(path) === path ? path : null
  if (folder === null) return freeBytes(dirname(path))
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}
