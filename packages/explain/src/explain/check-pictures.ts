/** Whether what was read off the graph about the pictures of a batch is so: each one's matrices are those that it has alone. */
import { HeadlightError } from '../errors'
import { GraphBuilder } from '../onnx/builder'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { Attentions } from './discover'
import { once } from './once'
import { noise } from './random'
import { scoreOf } from './site-shape'

/** Relative difference that rounding may make between a picture alone and in a batch. */
const ROUNDING = 1e-3

/** Throws 'unsupported-model' where the attention of a picture would be taken for another's. */
export async function checkPictures(
  graph: Graph,
  facts: Facts,
  { layers }: Pick<Attentions, 'layers'>,
  image: Tensor,
  load: LoadGraph,
): Promise<void> {
  if (facts.get(graph.inputs[0]!.name)!.batchAxis === null) return
  const sites = layers.flat()
  const probe = graph.clone()
  const g = new GraphBuilder(probe, 'pictures')
  // Sums of squares differ from picture to picture, where sums of softmaxes do not.
  const sums = sites.map(({ value, shape }) => g.meeting(facts.get(value)!.type, () => scoreOf(g, shape!, value, 'l2')))
  probe.outputs = sums.map((name) => ({ name, type: 'unknown', dims: [] }))
  probe.prune()
  const pair = noise([2, ...image.dims.slice(1)], 13)
  const second = { ...image, data: (pair.data as Float32Array).slice(pair.data.length / 2) }
  const name = graph.inputs[0]!.name
  const [alone, together] = await once(await load({ ...writeModel(probe), brief: true }), async (loaded) => [
    await loaded.run({ [name]: second }, sums),
    await loaded.run({ [name]: pair }, sums),
  ])
  const wrong = sites.find((_, at) => {
    const [own, both] = [alone[sums[at]!]!.data as Float32Array, together[sums[at]!]!.data as Float32Array]
    const largest = own.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
    return (
      both.length !== 2 * own.length ||
      own.some((value, head) => !(Math.abs(value - both[own.length + head]!) <= ROUNDING * largest))
    )
  })
  if (!wrong) return
  throw new HeadlightError(
    'unsupported-model',
    `The attention of node '${wrong.node.label}' of a picture is another one in a batch than alone, so that Headlight cannot tell which matrices belong to which picture; export the model with a batch of 1.`,
  )
}
