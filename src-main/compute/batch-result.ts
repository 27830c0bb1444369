/** The results of a batch that a run keeps, from the explain graph's outputs. */
import type { ModelReport } from '@headlight/explain/report'
import { classOrder, probabilities } from '@shared/probabilities'
import type { MethodId } from '@headlight/explain/methods'
import type { ExplainGraph } from '@headlight/explain'
import type { Tensor } from '@headlight/explain/onnx'
import type { BatchResult } from './api'
import type { DecodedBatch } from './decode-batch'
import { boxesOf } from './detections'
import { localise } from './localisation'

const TOP = 5

/** Names of the outputs that a result is made of. */
export function resultOutputs({ outputs }: ExplainGraph): string[] {
  const { maps, attention: _, gradient: __, ...others } = outputs
  return [...Object.values(others).flat(), ...Object.values(maps)].filter((name) => name !== undefined)
}

/** Assembles the result of one batch; `tensors` holds no entry when no sample could be read. */
export function batchResult(
  decoded: DecodedBatch,
  tensors: ReadonlyMap<string, Tensor>,
  { outputs }: ExplainGraph,
  report: ModelReport,
  inferMs: number,
  options: { noObject?: number } = {},
): BatchResult {
  const { samples, errors, decodeMs } = decoded
  const values = (name: string | undefined) =>
    name === undefined ? null : ((tensors.get(name)?.data as Float32Array | undefined) ?? new Float32Array(0))
  const maps = (Object.entries(outputs.maps) as [MethodId, string][]).map(([method, name]) => ({
    method,
    values: values(name)!,
  }))
  const top = topClasses(values(outputs.logits)!, samples.length, report, {
    given: values(outputs.probabilities),
    noObject: options.noObject,
  })
  return {
    ids: Uint32Array.from(samples, ({ sample }) => sample.id),
    width: Uint32Array.from(samples, ({ width }) => width),
    height: Uint32Array.from(samples, ({ height }) => height),
    bytes: Float64Array.from(samples, ({ bytes }) => bytes),
    hash: samples.map(({ hash }) => hash),
    prediction: Int32Array.from(samples, (_, index) => top.topClass[index * top.topK]!),
    target: Int32Array.from((tensors.get(outputs.target)?.data as BigInt64Array | undefined) ?? [], Number),
    ...top,
    ...detectionsIn(tensors, outputs, report),
    layers: report.layers,
    heads: report.heads,
    grid: report.grid,
    headL1: values(outputs.headL1),
    headL2: values(outputs.headL2),
    headTaylor: values(outputs.headTaylor),
    maps,
    attention: values(outputs.readoutAttention),
    localisation: maps.map((map) => ({ method: map.method, ...localiseAll(map.values, samples, report.grid) })),
    unmeasured: samples.flatMap(({ sample, unmeasured }) => (unmeasured ? [{ id: sample.id, ...unmeasured }] : [])),
    errors,
    timing: { decodeMs, inferMs },
  }
}

/** Of detectors: the queries that were explained, with their boxes. */
function detectionsIn(
  tensors: ReadonlyMap<string, Tensor>,
  { query, box }: ExplainGraph['outputs'],
  report: ModelReport,
): Pick<BatchResult, 'query' | 'box'> {
  if (query === undefined) return {}
  const boxes =
    box === undefined ? undefined : ((tensors.get(box)?.data as Float32Array | undefined) ?? new Float32Array(0))
  return {
    query: Int32Array.from((tensors.get(query)?.data as BigInt64Array | undefined) ?? [], Number),
    ...(boxes && { box: boxesOf(boxes, report) }),
  }
}

/**
 * The classes of each sample by logit, or by probability where the graph gives it, best first; of equal ones the lower class.
 * "No object" is not a class to be found.
 */
function topClasses(
  logits: Float32Array,
  samples: number,
  { classes, task }: Pick<ModelReport, 'classes' | 'task'>,
  { given, noObject }: { given: Float32Array | null; noObject?: number },
) {
  const topK = Math.min(TOP, classes - (noObject === undefined ? 0 : 1))
  const topClass = new Int32Array(samples * topK)
  const topLogit = new Float32Array(samples * topK)
  const topProbability = new Float32Array(samples * topK)
  for (let sample = 0; sample < samples; sample++) {
    const row = logits.subarray(sample * classes, (sample + 1) * classes)
    const probability = given?.subarray(sample * classes, (sample + 1) * classes) ?? probabilities(row, task)
    const order = classOrder(given ? probability : row, noObject, task)
    for (let rank = 0; rank < topK; rank++) {
      topClass[sample * topK + rank] = order[rank]!
      topLogit[sample * topK + rank] = row[order[rank]!]!
      topProbability[sample * topK + rank] = probability[order[rank]!]!
    }
  }
  return { topK, topClass, topLogit, topProbability }
}

function localiseAll(values: Float32Array, samples: DecodedBatch['samples'], grid: [number, number]) {
  const patches = grid[0] * grid[1]
  const scores = samples.map(({ mask }, index) =>
    mask ? localise(values.subarray(index * patches, (index + 1) * patches), grid, mask) : null,
  )
  return {
    pointing: Float32Array.from(scores, (score) => score?.pointing ?? NaN),
    energy: Float32Array.from(scores, (score) => score?.energy ?? NaN),
    iou: Float32Array.from(scores, (score) => score?.iou ?? NaN),
  }
}
