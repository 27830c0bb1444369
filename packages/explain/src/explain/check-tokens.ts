/** Whether tokens are where their numbers say: a change of one corner of the picture has to be found at the tokens of that corner. */
import { GraphBuilder } from '../onnx/builder'
import { elementCount, type Tensor } from '../onnx/tensor'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import { writeModel } from '../onnx/write'
import type { AttentionSite } from './attention-sites'
import { NotAChain } from './not-a-chain'
import { once } from './once'
import { pasted } from './probe-geometry'
import { noise } from './random'
import { spread, type TokenField } from './tokens/token-field'
import type { TokenFlow } from './tokens/token-flow'
import { centresOf } from './tokens/token-places'

/** How far into the picture a corner reaches that is changed. */
const CORNER = 1 / 8

/**
 * Runs the model with every attention set to 0, and changes three corners of the picture, one after the other: the values of each layer
 * have to change to the right where the right corner does, and below where the lower one does. Throws a `NotAChain` where they do not;
 * gives the layers that such a change does not reach without attention, which are not checked.
 */
export async function checkTokens(
  graph: Graph,
  facts: Facts,
  { of, spaces }: TokenFlow,
  sites: readonly AttentionSite[],
  image: Tensor,
  load: LoadGraph,
): Promise<number[]> {
  const [height, width] = image.dims.slice(2) as [number, number]
  const [across, down] = [Math.ceil(width * CORNER), Math.ceil(height * CORNER)]
  const corners: [number, number, number, number][] = [
    [0, 0, down, across],
    [0, width - across, down, width],
    [height - down, 0, height, across],
  ]
  const names = [...new Set(sites.map(({ values }) => values))]
  const probe = withoutAttention(graph, facts, sites)
  probe.outputs = names.map((name) => ({ name, type: 'unknown', dims: [] }))
  probe.prune()
  const [first, second] = [noise(image.dims, 11), noise(image.dims, 12)]
  const [before, ...changed] = await once(await load(writeModel(probe)), async (loaded) => {
    const found: Record<string, Tensor>[] = []
    for (const picture of [first, ...corners.map((corner) => pasted(first, second, corner))])
      found.push(await loaded.run({ [graph.inputs[0]!.name]: picture }, names))
    return found
  })
  const unseen: number[] = []
  for (const [layer, { values, node, shape }] of sites.entries()) {
    const [field] = of.get(values) as TokenField[]
    // A token or three have no corners.
    if (shape!.kind === 'channel' || !field || new Set(field.labels).size < 4) continue
    const centres = centresOf(field.space, spaces.pixels, width)
    const places = changed.map((after) => changedPlace(field, centres, before![values]!, after[values]!))
    if (places.some((place) => place === null)) {
      unseen.push(layer)
      continue
    }
    const [corner, right, below] = places as [Place, Place, Place]
    const [down, across] = [(below.y - corner.y) / height, (right.x - corner.x) / width]
    const straight =
      Math.abs(right.y - corner.y) / height < down / 2 && Math.abs(below.x - corner.x) / width < across / 2
    if (down > APART && across > APART && straight) continue
    throw new NotAChain(
      `The tokens of layer ${layer} (node '${node.label}') could not be confirmed to lie where they are read off the graph: a change of the picture's corners is not found at the tokens of those corners.`,
    )
  }
  return unseen
}

/** How far apart, in shares of the picture, the changes of two corners lie at least. */
const APART = 0.1

interface Place {
  y: number
  x: number
}

/** The mean place of what changes, weighted by the square of the largest change of each token; null where nothing changes. */
function changedPlace(
  field: TokenField,
  centres: readonly [number, number][],
  before: Tensor,
  after: Tensor,
): Place | null {
  const labels = elementCount(field.dims) === before.data.length ? field.labels : spread(field, before.dims)
  const change = new Float64Array(centres.length)
  labels.forEach((label, at) => {
    if (label < 0) return
    change[label] = Math.max(change[label]!, Math.abs(Number(before.data[at]) - Number(after.data[at])))
  })
  let [y, x, total] = [0, 0, 0]
  change.forEach((value, label) => {
    y += value ** 2 * centres[label]![0]
    x += value ** 2 * centres[label]![1]
    total += value ** 2
  })
  return total > 0 ? { y: y / total, x: x / total } : null
}

function withoutAttention(graph: Graph, facts: Facts, sites: readonly AttentionSite[]): Graph {
  const probe = graph.clone()
  const g = new GraphBuilder(probe, 'no_attention')
  for (const { value } of sites) {
    const readers = probe.consumers().get(value) ?? []
    const off = g.meeting(facts.get(value)!.type, () => g.mul(value, g.scalar(0)))
    for (const reader of readers) reader.inputs = reader.inputs.map((name) => (name === value ? off : name))
  }
  probe.sort()
  return probe
}
