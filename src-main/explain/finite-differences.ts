/** G against central finite differences that are taken by perturbing the attention in the model's own graph. */
import type { HeadCheck } from '@shared/api/model'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { reason } from '../onnx/trace'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import { once } from './once'
import { normals, seeded } from './random'
import { repeated, suffixGraph } from './suffix-graph'

/** Finite-difference step, in units of the random direction (standard normal entries). */
const STEP = { float64: 1e-5, float32: 2e-3 } as const
/** Heads with less gradient than this share of the strongest head are measured against that share. */
const WEAKEST = 1e-3
/** Attention entries in one evaluation; bounds memory. */
const ENTRIES = 3_000_000

export interface CertifyOptions {
  signal?: AbortSignal
  /** Checks d(logit[first] - logit[second]) instead of the predicted class's logit; classes or marks as the graph takes them. */
  contrast?: [number, number]
  /** Layers checked so far, of all. */
  onProgress?: (done: number, total: number) => void
}

/** What the explain graph says of the picture that is checked. */
export interface Explained {
  logits: Float32Array
  target: number
  /** The class whose logit is subtracted, null for none. */
  against: number | null
  /** `[L, H, N, N]` each. */
  attention: Float32Array
  gradient: Float32Array
}

/**
 * One random direction a head: (y(A + eD) - y(A - eD)) / 2e against <G, D>, in float64 from the attention map onward
 * where ONNX Runtime has the kernels, else in float32.
 */
export async function checkGradients(
  anatomy: ModelAnatomy,
  image: Tensor,
  explained: Explained,
  load: LoadGraph,
  { signal, onProgress }: CertifyOptions,
): Promise<{ heads: HeadCheck[]; precision: 'float64' | 'float32'; precisionReason?: string }> {
  const { sites } = anatomy.attentions
  const checks: HeadCheck[] = []
  let double = true
  let precisionReason: string | undefined
  const strongest = Math.max(...headNorms(anatomy, explained.gradient))
  for (let layer = 0; layer < sites.length; layer++) {
    signal?.throwIfAborted()
    const check = () => checkLayer({ anatomy, image, explained, load, layer, double, strongest })
    const layerChecks = await check().catch((error: unknown) => {
      // No double kernel for some operator: all layers are checked in single precision.
      if (!double || layer > 0 || signal?.aborted) throw error
      double = false
      precisionReason = reason(error)
      return check()
    })
    checks.push(...layerChecks)
    onProgress?.(layer + 1, sites.length)
  }
  return { heads: checks, precision: double ? 'float64' : 'float32', precisionReason }
}

interface LayerCheck {
  anatomy: ModelAnatomy
  image: Tensor
  explained: Explained
  load: LoadGraph
  layer: number
  double: boolean
  strongest: number
}

async function checkLayer({
  anatomy,
  image,
  explained,
  load,
  layer,
  double,
  strongest,
}: LayerCheck): Promise<HeadCheck[]> {
  const { graph, facts, attentions, logits } = anatomy
  const { heads, tokens, sites } = attentions
  const site = sites[layer]!
  const suffix = suffixGraph(graph, facts, site.value, logits.value, double)
  const values = await frontierValues(anatomy, image, suffix.frontier, load)
  const size = tokens * tokens
  const step = double ? STEP.float64 : STEP.float32
  const copies = anatomy.dynamicBatch ? Math.max(1, Math.min(2 * heads, Math.floor(ENTRIES / (heads * size)))) : 1
  const random = seeded(1000 + layer)
  const directions = Array.from({ length: heads }, () => normals(size, random))
  const evaluations = directions.flatMap((direction, head) => [
    { head, direction, step },
    { head, direction, step: -step },
  ])
  const results = await once(await load(writeModel(suffix.graph)), async (loaded) => {
    const found: number[] = []
    for (let from = 0; from < evaluations.length; from += copies) {
      const part = evaluations.slice(from, from + copies)
      const feeds = Object.fromEntries(
        suffix.frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, part.length, double)]),
      )
      part.forEach((evaluation, copy) => {
        const map = feeds[site.value]!.data as Float64Array
        const start = (copy * heads + evaluation.head) * size
        for (let at = 0; at < size; at++) map[start + at]! += evaluation.step * evaluation.direction[at]!
      })
      const output = (await loaded.run(feeds, [logits.value]))[logits.value]!
      const logit = (copy: number, chosen: number) => Number(output.data[copy * logits.classes + chosen])
      const { target, against } = explained
      part.forEach((_, copy) => found.push(logit(copy, target) - (against === null ? 0 : logit(copy, against))))
    }
    return found
  })
  return directions.map((direction, head) => {
    const gradient = explained.gradient.subarray((layer * heads + head) * size, (layer * heads + head + 1) * size)
    const difference = (results[2 * head]! - results[2 * head + 1]!) / (2 * step)
    let inner = 0
    for (let at = 0; at < size; at++) inner += gradient[at]! * direction[at]!
    const scale = Math.max(norm(gradient), WEAKEST * strongest, Number.MIN_VALUE)
    return { layer, head, error: Math.abs(difference - inner) / scale }
  })
}

async function frontierValues(anatomy: ModelAnatomy, image: Tensor, frontier: string[], load: LoadGraph) {
  const prefix = anatomy.graph.clone()
  prefix.outputs = frontier.map((name) => ({ name, type: 'unknown', dims: [] }))
  prefix.prune()
  return once(await load(writeModel(prefix)), (loaded) =>
    loaded.run({ [anatomy.graph.inputs[0]!.name]: image }, frontier),
  )
}

function headNorms({ attentions }: ModelAnatomy, gradient: Float32Array): number[] {
  const size = attentions.tokens ** 2
  return Array.from({ length: gradient.length / size }, (_, head) =>
    norm(gradient.subarray(head * size, (head + 1) * size)),
  )
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
