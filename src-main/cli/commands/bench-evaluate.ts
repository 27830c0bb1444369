/** What an evaluation costs beside the passes that it consists of: both in processor time, in turns, a few pictures at a time. */
import { readdir } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { analyseModel, infer } from '@headlight/explain'
import { noise } from '@headlight/explain/random'
import { HeadlightError } from '@shared/errors'
import { columnsOf, FILLS, METRIC_GROUPS, type MetricGroup, type PartId, partsOf } from '@shared/evaluation/metrics'
import { Compute } from '../../compute/compute'
import type { EvaluationInput } from '../../compute/api'
import { onnxRuntime } from '../../compute/onnx-runtime'
import { findDemo } from '../../service/places'
import { processorMs } from '../bench/take-turns'
import { type CommandContext, EXIT } from '../command'
import { methods, wholeNumber } from '../options'
import { table } from '../output'

/** Pictures of one call, as in an evaluation of a run. */
const CHUNK = 4
/** What asks the model about changed pictures. */
const GROUPS = METRIC_GROUPS.filter((group) => group !== 'randomisation' && group !== 'localisation')

interface Cost {
  metric: MetricGroup
  /** Forward passes a picture, for all maps together. */
  passes: number
  /** Processor time a picture, milliseconds. */
  evaluateMs: number
  bareMs: number
}

export async function execute({ options, output }: CommandContext): Promise<number> {
  const demo = findDemo()
  if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
  const limit = wholeNumber(options, 'limit', 1) ?? CHUNK
  const chosen = methods(options)
  const listed = await readdir(demo.dataPath, { recursive: true })
  const files = listed.filter((name) => /\.(jpe?g|png)$/.test(name)).sort()
  const pictures = files.slice(0, limit).map((name) => join(demo.dataPath, name))

  const compute = new Compute()
  const { preprocessing, hash } = await compute.inspect(demo.modelPath)
  const settings = DEFAULT_METHOD_SETTINGS
  const { session } = await compute.prepareEvaluation({
    ...{ modelPath: demo.modelPath, expectedHash: hash, methods: chosen, settings, preprocessing, steps: 20 },
    ...{ provider: 'cpu', precision: 'fp32' },
  })
  const bare = await bareLoop(demo.modelPath, chosen)
  const costs: Cost[] = []
  for (const metric of GROUPS) {
    const total = { passes: 0, evaluate: 0, bare: 0 }
    // The first call is not counted: memory is laid out then.
    for (const [at, chunk] of [pictures.slice(0, 1), ...chunksOf(pictures)].entries()) {
      const done = Math.max(0, at - 1) * CHUNK
      output.status(`${metric}: ${done} of ${pictures.length} pictures`)
      const inputs = chunk.map((file, id) => inputOf(file, id, partsOf([metric], FILLS), chosen))
      const before = process.cpuUsage()
      const { passes } = await compute.evaluate(session, inputs)
      const evaluate = processorMs(before)
      const again = process.cpuUsage()
      await bare(chunk.length, passes)
      const ofBare = processorMs(again)
      if (at === 0) continue
      total.passes += passes.pictures
      total.evaluate += evaluate
      total.bare += ofBare
    }
    const per = (sum: number) => sum / pictures.length
    costs.push({ metric, passes: per(total.passes), evaluateMs: per(total.evaluate), bareMs: per(total.bare) })
  }
  output.endStatus()
  const machine = `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores`
  output.document({ machine, pictures: pictures.length, methods: chosen, costs })
  output.line(`${machine}, ${pictures.length} pictures, ${chosen.length} methods and two controls, both fills`)
  const cells = costs.map(({ metric, passes, evaluateMs, bareMs }) => [
    metric,
    passes.toFixed(1),
    evaluateMs.toFixed(0),
    bareMs.toFixed(0),
    (evaluateMs / bareMs).toFixed(2),
  ])
  output.line(table(['', 'passes/image', 'CPU ms/image', 'of the same passes alone', 'times'], cells))
  output.line(
    'ROAD solves a sparse system a pass as well. The passes alone: maps once, then noise in the same batches.',
  )
  return EXIT.done
}

/** The same passes and nothing else: one with the maps, then as many forward passes of noise. */
async function bareLoop(modelPath: string, chosen: ReturnType<typeof methods>) {
  const model = await analyseModel(modelPath, onnxRuntime(), { readsFiles: true })
  const plain = { settings: DEFAULT_METHOD_SETTINGS, scores: false, raw: false }
  const [explain, forward] = [chosen, []].map((each) => model.compile({ ...plain, methods: each }))
  const [explaining, running] = await Promise.all([explain!, forward!].map((graph) => onnxRuntime()(graph)))
  const [, ...image] = model.report.input.shape as number[]
  const pixels = (count: number) => {
    const { data } = noise([count, ...image], 1)
    return { pixels: data as Float32Array, image, targets: Array.from({ length: count }, () => -1) }
  }
  const prepared = new Map<number, ReturnType<typeof pixels>>()
  const input = (count: number) => {
    if (!prepared.has(count)) prepared.set(count, pixels(count))
    return prepared.get(count)!
  }
  return async (samples: number, { pictures, batch }: { pictures: number; batch: number }) => {
    const { logits, maps } = explain!.outputs
    await infer(explaining!, explain!, input(samples), [logits, ...Object.values(maps)], samples)
    for (let left = pictures; left > 0; left -= batch)
      await infer(running!, forward!, input(Math.min(left, batch)), [forward!.outputs.logits], batch)
  }
}

function inputOf(file: string, id: number, parts: PartId[], chosen: ReturnType<typeof methods>): EvaluationInput {
  const wanted = parts.map((part) => ({ part, methods: columnsOf(part, chosen) }))
  return { id, file, mask: null, target: -1, label: null, wanted }
}

function* chunksOf(pictures: readonly string[]): Generator<string[]> {
  for (let at = 0; at < pictures.length; at += CHUNK) yield pictures.slice(at, at + CHUNK)
}
