/** Finding out by running the model which tokens are patches and where they lie. */
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { AttentionSite } from './attention-sites'
import type { Attentions } from './discover'
import { changeAlong, checkTokenAxis, findGrid, placePatches, refuseChannelAttention } from './geometry'
import { NotAChain } from './not-a-chain'
import { once } from './once'
import { noise } from './random'

/** Which tokens are patches and where they lie, found by changing the picture and watching layer 0's values. */
export async function findGeometry(graph: Graph, facts: Facts, attentions: Attentions, image: Tensor, load: LoadGraph) {
  const { tokens, layers } = attentions
  const [site] = layers[0] as [AttentionSite]
  await checkHeadOrder(graph, site, image, load)
  const { values, tokenAxis } = site
  const probe = graph.clone()
  probe.outputs = [{ name: values, type: 'unknown', dims: [] }]
  probe.prune()
  return once(await load({ ...writeModel(probe), brief: true }), async (loaded) => {
    const valuesOf = async (picture: Tensor) =>
      (await loaded.run({ [graph.inputs[0]!.name]: picture }, [values]))[values]!
    const [first, second] = [noise(image.dims, 11), noise(image.dims, 12)]
    const before = await valuesOf(first)
    const [height, width] = image.dims.slice(2) as [number, number]
    const corner = await valuesOf(pasted(first, second, [0, 0, Math.ceil(height / 8), Math.ceil(width / 8)]))
    refuseChannelAttention(before, corner, tokenAxis, site.node.label)
    checkTokenAxis(before, tokenAxis, tokens)
    const changed = changeAlong(before, await valuesOf(second), tokenAxis)
    const patches = [...changed.keys()].filter((token) => changed[token]! > 0)
    return placePatches(findGrid(graph, facts, patches, [height, width]), [height, width], async (region) =>
      changeAlong(before, await valuesOf(pasted(first, second, region)), tokenAxis),
    )
  })
}

/** `base` with a rectangle (top, left, bottom, right; pixels) of `other`. */
export function pasted(
  base: Tensor,
  other: Tensor,
  [top, left, bottom, right]: [number, number, number, number],
): Tensor {
  const [, channels, height, width] = base.dims as [number, number, number, number]
  const data = Float32Array.from(base.data as Float32Array)
  for (let channel = 0; channel < channels; channel++) {
    for (let y = top; y < bottom; y++) {
      const from = (channel * height + y) * width
      data.set((other.data as Float32Array).subarray(from + left, from + right), from + left)
    }
  }
  return { type: 'float32', dims: base.dims, data }
}

/**
 * Where heads are merged with the batch, each image's heads have to lie together: the first image's map is the same
 * alone and beside another. Throws 'unsupported-model'.
 */
async function checkHeadOrder(graph: Graph, site: AttentionSite, image: Tensor, load: LoadGraph): Promise<void> {
  if (site.layout === 'separate' || typeof graph.inputs[0]!.dims[0] === 'number') return
  const probe = graph.clone()
  probe.outputs = [{ name: site.value, type: 'unknown', dims: [] }]
  probe.prune()
  await once(await load({ ...writeModel(probe), brief: true }), async (loaded) => {
    const pair = noise([2, ...image.dims.slice(1)], 13)
    const first = { ...image, data: (pair.data as Float32Array).slice(0, pair.data.length / 2) }
    const mapOf = async (picture: Tensor) =>
      (await loaded.run({ [graph.inputs[0]!.name]: picture }, [site.value]))[site.value]!.data as Float32Array
    const alone = await mapOf(first)
    const together = await mapOf(pair)
    if (alone.some((value, at) => Math.abs(value - together[at]!) > 1e-4)) {
      throw new NotAChain(`The attention of node '${site.node.label}' interleaves the heads of different images.`)
    }
  })
}
