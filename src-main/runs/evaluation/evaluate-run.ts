/** Evaluation of the maps of a run: what is not kept yet is measured, a few samples a call, and kept after every call. */
import { createHash } from 'node:crypto'
import { columnsOf, PART_METRICS, type PartId } from '@shared/evaluation/metrics'
import type { MetricValues } from '@shared/evaluation/summarise'
import type { RunInfo, SampleRow } from '@shared/api'
import { pagesOf } from '@shared/api/limits'
import type { MethodId } from '@headlight/explain/methods'
import type { EvaluationInput } from '../../compute/api'
import type { ComputeSource, Library } from '../compute-source'
import { choiceOfRun } from '../kept-class-vectors'
import { inChunks } from './in-chunks'
import { type EvaluationSettings, isMeasured, measuredKey, metricKey, RESIDUAL, writtenQuantities } from './kept-values'

export interface EvaluationRequest<Sample = SampleRow> {
  run: RunInfo
  /** In the order in which they are measured. */
  samples: readonly Sample[]
  parts: readonly PartId[]
  methods: readonly MethodId[]
  settings: Omit<EvaluationSettings, 'selection'>
}

export interface EvaluationProgress {
  done: number
  total: number
  /** Null while nothing is known of it. */
  secondsLeft: number | null
}

export interface EvaluationOptions {
  library: Library
  compute: ComputeSource
  onProgress(progress: EvaluationProgress): void
  signal?: AbortSignal
}

export interface Evaluated {
  /** Samples that could be read, in their order. */
  samples: readonly SampleRow[]
  values: MetricValues[]
  /** Whether blocks whose weights were shuffled lie between residual sums; null where none were shuffled. */
  residual: boolean | null
  errors: { id: number; code: string; message: string }[]
}

/** Samples of one call: enough to fill batches, few enough that little is lost with a call. */
const CHUNK = 4

/** Throws what `ComputeApi.prepareEvaluation` throws, 'cancelled' once the signal aborts; what was measured until then is kept. */
export async function evaluateRun(asked: EvaluationRequest, options: EvaluationOptions): Promise<Evaluated> {
  const request = selected(asked)
  const pending = await unmeasured(request, options.library)
  const errors = await measureAll(request, pending, options)
  const failed = new Set(errors.map(({ id }) => id))
  const samples = request.samples.filter(({ id }) => !failed.has(id))
  return { ...(await readMeasured(request, samples, options.library)), errors }
}

/** Samples of which something is still to be measured. */
export async function unmeasuredSamples<Sample extends { id: number }>(
  asked: EvaluationRequest<Sample>,
  library: Library,
): Promise<Sample[]> {
  return (await unmeasured(selected(asked), library)).map(({ sample }) => sample)
}

/** What is kept of those of the samples of an evaluation that could be read; measures nothing. */
export async function keptEvaluation(
  asked: EvaluationRequest,
  readable: readonly SampleRow[],
  library: Library,
): Promise<Omit<Evaluated, 'errors'>> {
  return readMeasured(selected(asked), readable, library)
}

async function readMeasured(request: Selected, samples: readonly SampleRow[], library: Library) {
  const values = await readValues(request, samples, library)
  return { samples, values, residual: await readResidual(request, samples, library) }
}

const selected = <Sample extends { id: number }>(asked: EvaluationRequest<Sample>): Selected<Sample> => ({
  ...asked,
  settings: { ...asked.settings, selection: selectionOf(asked.samples) },
})

/** `next` is the sample behind it; the last one's is the first. */
type Pending<Sample = SampleRow> = { sample: Sample; next: Sample; wanted: EvaluationInput['wanted'] }

type Selected<Sample = SampleRow> = EvaluationRequest<Sample> & { settings: EvaluationSettings }

function selectionOf(samples: readonly { id: number }[]): string {
  return createHash('sha256')
    .update(samples.map(({ id }) => id).join(' '))
    .digest('hex')
}

/** What is kept is asked for a page at a time: the rows of other windows are read in between. */
async function unmeasured<Sample extends { id: number }>(
  { run, samples, parts, methods, settings }: Selected<Sample>,
  library: Library,
): Promise<Pending<Sample>[]> {
  const asked = parts.flatMap((part) => columnsOf(part, methods).map((method) => ({ part, method })))
  const keys = asked.map(({ part, method }) => measuredKey(part, method, settings))
  const pending: Pending<Sample>[] = []
  let at = 0
  for (const ids of pagesOf(Uint32Array.from(samples, ({ id }) => id))) {
    const known = await library.quantities.read({ runId: run.id, ids, wanted: keys })
    for (let i = 0; i < ids.length; i++, at++) {
      const missing = asked.filter((_, each) => !isMeasured(known[each]![i]))
      if (missing.length === 0) continue
      const byPart = Map.groupBy(missing, ({ part }) => part)
      const wanted = [...byPart].map(([part, of]) => ({ part, methods: of.map(({ method }) => method) }))
      pending.push({ sample: samples[at]!, next: samples[(at + 1) % samples.length]!, wanted })
    }
  }
  return pending
}

async function measureAll(request: Selected, pending: readonly Pending[], options: EvaluationOptions) {
  const { run, settings, samples } = request
  const { library, onProgress, signal } = options
  const errors: Evaluated['errors'] = []
  const total = samples.length
  await inChunks({
    items: pending,
    size: CHUNK,
    open: () => openEvaluation(request, options),
    async work(chunk, session) {
      const located = await Promise.all(chunk.map((each) => inputOf(run.id, each, library)))
      const inputs = located.filter(({ wanted }) => wanted.length > 0)
      if (inputs.length === 0) return
      const { api, id } = await session()
      const result = await api.evaluate(id, inputs, { signal })
      errors.push(...result.errors)
      await library.quantities.write({ runId: run.id, written: writtenQuantities(result, settings) })
    },
    onDone: (done, secondsLeft) => onProgress({ done: total - pending.length + done, total, secondsLeft }),
    signal,
  })
  return errors
}

/** The run's model, loaded for measuring maps. Throws what `ComputeApi.prepareEvaluation` throws. */
export async function openEvaluation(
  { run, methods, settings }: Omit<EvaluationRequest, 'samples'>,
  { library, compute }: Pick<EvaluationOptions, 'library' | 'compute'>,
) {
  const { definition, model } = run
  const { modelPath, task, preprocessing, provider, precision } = definition
  const choice = choiceOfRun(definition, (await library.project.current())?.path ?? null)
  const api = compute.acquire()
  const { session } = await api.prepareEvaluation({
    ...choice,
    ...{ modelPath, task, preprocessing, provider, precision, expectedHash: model.hash },
    ...{ methods: [...methods], settings: definition.settings, steps: settings.steps },
  })
  return { api, id: session }
}

async function inputOf(runId: number, { sample, next, wanted }: Pending, library: Library): Promise<EvaluationInput> {
  const { id, label } = sample
  const located = await library.samples.file({ runId, id })
  const measurable = wanted.filter(({ part }) => part !== 'localisation' || located.mask !== null)
  const input = { id, ...located, target: -1, label, wanted: measurable }
  if (!measurable.some(({ part }) => part === 'randomisation')) return input
  return { ...input, next: { id: next.id, file: (await library.samples.file({ runId, id: next.id })).file } }
}

async function readValues(request: Selected, samples: readonly SampleRow[], library: Library): Promise<MetricValues[]> {
  const { run, parts, settings } = request
  const ids = Uint32Array.from(samples, ({ id }) => id)
  const metrics = parts.flatMap((part) => PART_METRICS[part].map((metric) => ({ part, metric })))
  return Promise.all(
    metrics.map(async ({ part, metric }) => {
      const methods = columnsOf(part, request.methods)
      const wanted = methods.map((method) => metricKey(part, metric, method, settings))
      const values = await library.quantities.read({ runId: run.id, ids, wanted })
      return { metric, methods: methods.map((method, at) => ({ method, values: Float64Array.from(values[at]!) })) }
    }),
  )
}

async function readResidual(
  { run, parts }: Selected,
  samples: readonly SampleRow[],
  library: Library,
): Promise<boolean | null> {
  if (!parts.includes('randomisation')) return null
  const ids = Uint32Array.from(samples, ({ id }) => id)
  const [values] = await library.quantities.read({ runId: run.id, ids, wanted: [RESIDUAL] })
  return values!.includes(0) ? false : values!.includes(1) ? true : null
}
