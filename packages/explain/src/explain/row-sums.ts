/** Whether the rows of every attention sum to 1. */
import type { LoadGraph } from '../onnx/run-graph'
import { elementCount, type Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import { softmaxAxis, type AttentionSite } from './attention-sites'
import type { RawMatrices } from './explained-heads'
import { once } from './once'

/** Largest |sum - 1| over the rows of the softmaxes that A is, or is made of. A row that is masked as a whole may be all zeros. */
export async function worstRowSum(
  attention: RawMatrices['attention'],
  { attentions, graph }: ModelAnatomy,
  image: Tensor,
  load: LoadGraph,
): Promise<number> {
  const { heads, tokens, layers } = attentions
  let worst = 0
  /** Sums over one axis, whose entries stand `stride` apart. */
  const look = (values: Float32Array, length: number, stride = 1) => {
    for (let row = 0; row < values.length / length; row++) {
      const start = Math.floor(row / stride) * length * stride + (row % stride)
      let sum = 0
      for (let at = 0; at < length; at++) sum += values[start + at * stride]!
      const error = sum === 0 ? 0 : Math.abs(sum - 1)
      // NaN stays the worst.
      if (error > worst || Number.isNaN(error)) worst = error
    }
  }
  /** Where A is the softmax and was fetched as that. */
  const known = (site: AttentionSite) => !site.mixed && !Array.isArray(attention)
  for (const [layer, sites] of layers.entries()) {
    let start = layer * heads * tokens * tokens
    for (const site of sites) {
      const end = start + site.heads * tokens * tokens
      if (!Array.isArray(attention) && !site.mixed) look(attention.subarray(start, end), tokens)
      start = end
    }
  }
  const softmaxes = layers.flat().flatMap((site) => (known(site) ? [] : site.softmaxes))
  if (softmaxes.length === 0) return worst
  const names = softmaxes.map(({ outputs }) => outputs[0]!)
  const prefix = graph.clone()
  prefix.outputs = names.map((name) => ({ name, type: 'unknown', dims: [] }))
  prefix.prune()
  const found = await once(await load({ ...writeModel(prefix), brief: true }), (loaded) =>
    loaded.run({ [graph.inputs[0]!.name]: image }, names),
  )
  for (const node of softmaxes) {
    const { data, dims } = found[node.outputs[0]!]!
    const axis = softmaxAxis(node, dims.length, graph.opset)
    look(data as Float32Array, dims[axis]!, elementCount(dims.slice(axis + 1)))
  }
  return worst
}
