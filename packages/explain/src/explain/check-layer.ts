/** The heads of one layer against finite differences, one head after the other. */
import type { HeadCheck } from './report'
import type { LoadGraph } from '../onnx/run-graph'
import { floatsOf } from '../onnx/float16'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import type { AxisOrigins } from './axis-parts'
import { slopeErrors, type Evaluate } from './central-differences'
import { headsOfLayer } from './explained-heads'
import { changes, linkOf } from './layer-links'
import { once } from './once'
import { normals, seeded } from './random'
import { frontierValues, refuseAnotherOutput, scalarOf, type Explained } from './scalar'
import { isBatchMajor } from './site-shape'
import { repeated, suffixGraph } from './suffix-graph'
import { weighedHeads } from './weighed-heads'

/** Entries of attention, or of the output, in one evaluation; bounds memory. */
const ENTRIES = 3_000_000
/** The same for any other value in it, such as the patches of a convolution. */
const LARGEST = 20_000_000

export interface LayerCheck {
  anatomy: ModelAnatomy
  image: Tensor
  explained: Explained
  load: LoadGraph
  layer: number
  double: boolean
  strongest: number
  /** What axes are made of, where pictures may lie between the parts of others; null where they do not. */
  origins: ReadonlyMap<string, AxisOrigins> | null
}

/**
 * One random direction a head, over all rows: (y(A + eD) - y(A - eD)) / 2e against <G, D>, in float64 from the attention map onward
 * where ONNX Runtime has the kernels, else in float32.
 */
export async function checkLayer({
  anatomy,
  image,
  explained,
  load,
  layer,
  double,
  strongest,
  origins,
}: LayerCheck): Promise<{ heads: HeadCheck[]; linked: boolean }> {
  const { graph, facts, logits } = anatomy
  const precision = double ? 'float64' : 'float32'
  const heads = weighedHeads(headsOfLayer(anatomy, layer, explained), strongest, precision)
  const { matrices, next, readsIt } = linkOf(anatomy, layer)
  if (!readsIt) return { heads: [], linked: false }
  const suffix = suffixGraph(graph, facts, matrices, [logits.value, ...next], double)
  const values = await frontierValues(anatomy, image, [...suffix.frontier, logits.value], load)
  const batches =
    anatomy.dynamicBatch && (!origins || suffix.frontier.every((name) => isBatchMajor(facts, origins, name)))
  const entries = heads.reduce((sum, { gradient }) => sum + gradient.length, 0)
  const copies = batches
    ? Math.max(
        1,
        Math.min(
          2 * heads.length,
          Math.floor(ENTRIES / Math.max(entries, explained.weights.length)),
          Math.floor(LARGEST / suffix.entries),
        ),
      )
    : 1
  const random = seeded(1000 + layer)
  const directions = heads.map(({ gradient, width, rows }) =>
    normals(gradient.length, random).map((value, at) => value * rows[Math.floor(at / width)]!),
  )
  const predictions = heads.map(({ gradient, scale }, head) => ({ slope: dot(gradient, directions[head]!), scale }))
  const answer = scalarOf(explained.weights)
  /** y of one copy of the picture. */
  const scalar = (output: ArrayLike<number>, copy: number) => answer(output, copy * explained.weights.length)
  const found = await once(await load(writeModel(suffix.graph)), async (loaded) => {
    const feedsOf = (count: number) =>
      Object.fromEntries(
        suffix.frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, count, double)]),
      )
    if (double && layer === 0) {
      const output = (await loaded.run(feedsOf(1), [logits.value]))[logits.value]!
      refuseAnotherOutput(floatsOf(output), floatsOf(values[logits.value]!))
    }
    /** y after a step in the direction of a head, for each of some steps. */
    const valuesAt: Evaluate = async (steps) => {
      const results: number[] = []
      for (let from = 0; from < steps.length; from += copies) {
        const part = steps.slice(from, from + copies)
        const feeds = feedsOf(part.length)
        part.forEach(({ head, step }, copy) => {
          const { value, entries: ofCopy, place } = heads[head]!
          perturb(feeds[value]!.data as Float64Array, (entry) => copy * ofCopy + place(entry), directions[head]!, step)
        })
        const output = (await loaded.run(feeds, [logits.value]))[logits.value]!
        part.forEach((_, copy) => results.push(scalar(output.data as Float64Array, copy)))
      }
      return results
    }
    const errors = await slopeErrors(valuesAt, predictions, precision)
    return { errors, linked: await changes(loaded, () => feedsOf(1), matrices, next) }
  })
  return { heads: found.errors.map((check, head) => ({ layer, head, ...check })), linked: found.linked }
}

/** Adds `step` times `direction` to the values at its places. */
function perturb(
  values: Float64Array,
  place: (entry: number) => number,
  direction: ArrayLike<number>,
  step: number,
): void {
  for (let at = 0; at < direction.length; at++) values[place(at)]! += step * direction[at]!
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}
