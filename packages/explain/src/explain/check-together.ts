/** All heads of a model against finite differences along directions that they share, and the links between its layers. */
import type { LoadGraph } from '../onnx/run-graph'
import { floatsOf } from '../onnx/float16'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import { errorTogether } from './error-together'
import { headsOfLayer } from './explained-heads'
import { isLinked, linkGraph, linkOf } from './layer-links'
import { once } from './once'
import { perturbableGraph } from './perturbable-graph'
import type { HeadCheck } from './report'
import { frontierValues, refuseAnotherOutput, scalarOf, type Explained } from './scalar'
import { repeated } from './suffix-graph'
import { weighedHeads } from './weighed-heads'

/** Entries of all attentions whose directions are held at once, 8 bytes each; larger models are looked at layer by layer. */
const MOST_ENTRIES = 2 ** 26

interface Together {
  anatomy: ModelAnatomy
  image: Tensor
  explained: Explained
  load: LoadGraph
  strongest: number
  signal?: AbortSignal
}

/** What was found out of one layer. */
type OfLayer = (layer: number) => Promise<{ heads: HeadCheck[]; linked: boolean }>

/**
 * Null where the heads have to be looked at one by one: their errors together are not far below the limit of a single one, ONNX Runtime
 * has no double-precision kernels, or a layer does not depend on the one before.
 */
export async function checkTogether({
  anatomy,
  image,
  explained,
  load,
  strongest,
  signal,
}: Together): Promise<OfLayer | null> {
  const { facts, logits, attentions } = anatomy
  const links = attentions.layers.map((_, layer) => linkOf(anatomy, layer))
  const heads = attentions.layers.flatMap((_, layer) =>
    weighedHeads(headsOfLayer(anatomy, layer, explained), strongest, 'float64'),
  )
  const entries = heads.reduce((sum, { gradient }) => sum + gradient.length, 0)
  if (!(strongest > 0) || entries > MOST_ENTRIES || links.some(({ readsIt }) => !readsIt)) return null
  const graph = perturbableGraph(anatomy, [...new Set(heads.map(({ value }) => value))])
  const between = links.map((link) => linkGraph(anatomy, link))
  const read = [...graph.frontier, ...between.flatMap((part) => part?.frontier ?? []), logits.value]
  const values = await frontierValues(anatomy, image, read, load)
  signal?.throwIfAborted()
  const feeds = Object.fromEntries(
    graph.frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, 1, true)]),
  )
  const scalar = scalarOf(explained.weights)
  const run = async () =>
    once(await load({ ...writeModel(graph.graph), brief: true }), (loaded) =>
      errorTogether(heads, {
        ...{ loaded, graph, feeds, scalar, output: logits.value, signal },
        dimsOf: (value) => facts.get(value)!.dims,
        onOutput: (output) => refuseAnotherOutput(output, floatsOf(values[logits.value]!)),
      }),
    )
  // Without double-precision kernels, or where an operator that was rewritten for them gives something else, heads are looked at one by
  // one, and what stands in the way is found and said there.
  const error = await run().catch(() => null)
  signal?.throwIfAborted()
  if (error === null) return null
  return async (layer) => ({
    heads: headsOfLayer(anatomy, layer, explained).map(({ head }) => ({ layer, head, error, together: heads.length })),
    linked: between[layer] ? await isLinked(anatomy, links[layer]!, between[layer], values, load) : true,
  })
}
