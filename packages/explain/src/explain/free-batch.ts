/** Frees the batch axis of a model that was exported for one image, and checks that its outputs stay the same. */
import { withDynamicBatch } from '../onnx/dynamic-batch'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { reason, traceGraph, type Trace } from '../onnx/trace'
import { writeModel } from '../onnx/write'
import { once } from './once'

export interface FreedBatch {
  graph: Graph
  traced: Trace
  /** Why images go through the model one by one, where they do. */
  failure?: string
}

/** Tries to free a fixed batch of 1. The model is left unchanged where that changes its outputs. */
export async function freeBatch(
  graph: Graph,
  traced: Trace,
  image: (batch: number) => Tensor,
  load: LoadGraph,
): Promise<FreedBatch> {
  const freed = withDynamicBatch(graph, traced.facts)
  try {
    const again = await traceGraph(freed, image, load)
    if (!again.dynamicBatch)
      return { graph, traced, failure: oneByOne(again.batchFailure ?? traced.batchFailure ?? '') }
    if (await sameAnswers(graph, freed, image(2), load)) return { graph: freed, traced: again }
    return {
      graph,
      traced,
      failure: oneByOne('with the batch axis freed, it says something else of two images at once'),
    }
  } catch (error) {
    return { graph, traced, failure: oneByOne(reason(error)) }
  }
}

const oneByOne = (why: string) => `The file was exported for one image at a time, and freeing its batch failed: ${why}`

/** Whether a batch of two images gives the outputs that the original gives one by one. */
async function sameAnswers(original: Graph, freed: Graph, pair: Tensor, load: LoadGraph): Promise<boolean> {
  const name = original.inputs[0]!.name
  const output = original.outputs[0]!.name
  const run = async (graph: Graph, pictures: Tensor[]) =>
    once(await load({ ...writeModel(graph), brief: true }), async (loaded) => {
      const answers: Float32Array[] = []
      for (const picture of pictures)
        answers.push((await loaded.run({ [name]: picture }, [output]))[output]!.data as Float32Array)
      return answers
    })
  const [together] = await run(freed, [pair])
  const alone = (await run(original, separated(pair))).flatMap((answer) => Array.from(answer))
  const largest = alone.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), Number.MIN_VALUE)
  return (
    together!.length === alone.length && alone.every((value, at) => Math.abs(value - together![at]!) <= 1e-4 * largest)
  )
}

/** The two pictures of a batch, each a batch of its own. */
function separated(pair: Tensor): Tensor[] {
  const size = pair.data.length / 2
  const dims = [1, ...pair.dims.slice(1)]
  return [0, 1].map((index) => ({
    type: 'float32',
    dims,
    data: (pair.data as Float32Array).slice(index * size, (index + 1) * size),
  }))
}
