/** What an evaluation will take, in forward passes and in time. */
import { headIndexes } from '@headlight/explain/report'
import type { EvaluationEstimate, EvaluationRequest, RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { CONTROLS, type PartId } from '@shared/evaluation/metrics'
import type { ComputeSource, Library } from '../compute-source'
import { openAblation } from './ablation-session'
import { chosenIds, rowsOf } from './chosen-samples'
import { openEvaluation, unmeasuredSamples } from './evaluate-run'
import { mapsOf } from './evaluation-requests'
import { withoutEachHead } from './head-gates'
import { KeptAblation } from './kept-ablation'
import { locateSamples } from './mean-head-outputs'
import { removalOrders } from './removal-orders'

/** Images whose passes are timed, after one that is not: the first pays for memory and kernels. */
const TIMED = 2
/** A pass with gradients takes about as long as three without. */
const GRADIENTS = 3
/** Orders of removal, beside every head alone: ten criteria, two random ones and the effect itself. */
const ORDERS = 13

interface Passes {
  /** Of one image. */
  forward: number
  /** In forward passes by the time that they take: gradients and ROAD's solve among them. */
  inTime: number
  /** Of the whole evaluation, beside those of its images. */
  once: number
  note: string | null
}

interface Sources {
  library: Library
  compute: ComputeSource
}

/** Throws what preparing the evaluation throws, so that a refusal comes before it is begun. With `measure` passes are timed. */
export async function estimateEvaluation(
  run: RunInfo,
  request: EvaluationRequest,
  measure: boolean,
  sources: Sources,
  signal?: AbortSignal,
): Promise<EvaluationEstimate> {
  const ids = await chosenIds(sources.library, run.id, request, signal)
  const known = ids.length - (await countPending(run, request, ids, sources.library))
  const { forward, inTime, once, note } = passesOf(run, request)
  const left = ids.length - known
  signal?.throwIfAborted()
  const timed = measure ? await secondsOfPass(run, request, ids, sources, signal) : null
  return {
    ...{ samples: ids.length, known, passes: forward, passesNote: note },
    seconds: timed === null ? null : timed.seconds * (left === 0 ? 0 : inTime * left + once),
    secondsSource: timed === null ? null : `${timed.passes} passes timed now`,
  }
}

/** Samples of which not everything is kept. Orders of removal follow the means of all, so nothing is known of them before every effect is. */
async function countPending(run: RunInfo, request: EvaluationRequest, ids: Uint32Array, library: Library) {
  const samples = Array.from(ids, (id) => ({ id }))
  if (request.what === 'maps') {
    // Localisation is never kept of an image without a mask, and takes no pass beside those of other metrics.
    const others = request.metrics.filter((metric) => metric !== 'localisation')
    const metrics = others.length > 0 ? others : request.metrics
    return (await unmeasuredSamples(mapsOf(run, samples, { ...request, metrics }), library)).length
  }
  const kept = new KeptAblation(library, run, request.kind)
  const lacking = await kept.withoutHeads(samples)
  if (!request.withPruning) return lacking.length
  if (lacking.length > 0) return samples.length
  const measured = await kept.heads(await rowsOf(library, run.id, ids))
  const orders = Object.values(removalOrders(measured.samples, kept.places))
  return (await kept.withoutOrders(measured.rows, orders)).length
}

function passesOf(run: RunInfo, request: EvaluationRequest): Passes {
  if (request.what === 'heads') {
    const each = headIndexes(run.model).length
    const forward = request.withPruning ? each * (1 + ORDERS) : each
    const notes = [
      ...(request.withPruning ? ['at most: orders of removal have much in common'] : []),
      ...(request.kind === 'mean' ? [`before them one of each of the run's ${run.total} images, for the means`] : []),
    ]
    const once = request.kind === 'mean' ? run.total : 0
    return { forward, inTime: forward + GRADIENTS, once, note: notes.join('; ') || null }
  }
  const maps = request.methods.length + CONTROLS.length
  const { parts, settings } = mapsOf(run, [], request)
  const curve = (part: PartId) => (part.endsWith('_mean') ? settings.steps + 1 : 11)
  const perMap = parts.map((part) => {
    switch (part) {
      case 'ad':
        return 4
      case 'road':
        return 14
      case 'saco':
        return 11
      case 'randomisation':
      case 'localisation':
        return 0
      default:
        return curve(part)
    }
  })
  const forward = perMap.reduce((sum, passes) => sum + passes, 0) * maps
  const withGradients = 1 + (parts.includes('randomisation') ? 3 : 0)
  const solving = parts.includes('road') ? 14 * maps : 0
  const notes = [
    withGradients === 1 ? 'and one with gradients' : 'and four with gradients',
    ...(solving > 0 ? ['ROAD solves a sparse system for each of its own'] : []),
  ]
  return { forward, inTime: forward + solving + GRADIENTS * withGradients, once: 0, note: notes.join('; ') }
}

async function secondsOfPass(
  run: RunInfo,
  request: EvaluationRequest,
  chosen: Uint32Array,
  sources: Sources,
  signal?: AbortSignal,
): Promise<{ seconds: number; passes: number }> {
  const ids = Uint32Array.from(
    { length: 1 + TIMED },
    (_, at) => chosen[Math.floor((at * chosen.length) / (1 + TIMED))]!,
  )
  const located = await locateSamples(sources.library, run.id, ids)
  const inputs = located.map((input) => ({ ...input, label: null }))
  if (request.what === 'heads') {
    const { api, id } = await openAblation(run, sources)
    try {
      await api.fillHeads(id, { kind: 'zero' })
      const gates = withoutEachHead(run.model)
      const few = gates.subarray(0, Math.min(16, gates.length / heads(run)) * heads(run))
      const passes = few.length / heads(run)
      const off = (of: typeof inputs) =>
        api.switchHeadsOff(
          id,
          of.map((input) => ({ ...input, predicted: 0 })),
          few,
          { signal },
        )
      return await timed(inputs, passes, off)
    } finally {
      await api.close(id).catch(() => undefined)
    }
  }
  const session = await openEvaluation(mapsOf(run, [], request), sources)
  try {
    const wanted = [{ part: 'deletion_blur' as const, methods: [CONTROLS[0]] }]
    const evaluate = (of: typeof inputs) =>
      session.api.evaluate(
        session.id,
        of.map((input) => ({ ...input, wanted })),
        { signal },
      )
    return await timed(inputs, 11 + GRADIENTS, evaluate)
  } finally {
    await session.api.close(session.id).catch(() => undefined)
  }
}

const heads = ({ model }: RunInfo) => model.layers * model.heads

/** @param passes of one image */
async function timed<Input>(
  [first, ...others]: readonly Input[],
  passes: number,
  work: (inputs: Input[]) => Promise<{ ids: Uint32Array; errors: readonly { message: string }[] }>,
): Promise<{ seconds: number; passes: number }> {
  await work([first!])
  const begun = performance.now()
  const { ids, errors } = await work(others)
  if (ids.length === 0)
    throw new HeadlightError(
      'unreadable-image',
      `None of the images that were tried can be read: ${errors[0]!.message}`,
    )
  const count = ids.length * passes
  return { seconds: (performance.now() - begun) / 1000 / count, passes: count }
}
