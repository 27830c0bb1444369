/** Names the weights of a model that are NaN or infinite, and whether its output depends on them. */
import { HeadlightError } from '../errors'
import type { Graph } from '../onnx/graph'
import type { NotFinite } from '../onnx/not-finite'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { upstream } from './dependence'
import { once } from './once'

/** Operators that take infinities as bounds or masks, where they are intended. */
const TAKE_INFINITIES = new Set(
  'Where Add Sub Sum Max Min Clip Less Greater LessOrEqual GreaterOrEqual Equal Pad'.split(' '),
)
/** Operators that only bring a constant into another form. */
const FORMS = new Set(
  'Cast Identity Reshape Expand Unsqueeze Squeeze Slice Gather Transpose Tile Concat Neg Trilu ScatterND ScatterElements'.split(
    ' ',
  ),
)
const MAX_NAMED = 3

/**
 * Names the weights that are not numbers and that an output depends on. Throws 'unsupported-model' where the output is no
 * number on a picture; else gives a sentence.
 */
export async function lookForNotFinite(
  graph: Graph,
  output: string,
  found: readonly NotFinite[],
  image: Tensor,
  load: LoadGraph,
): Promise<string[]> {
  const read = upstream(graph.producers(), [output])
  const used = found.filter(({ name }) => read.has(name))
  if (used.length === 0) return []
  const model = graph.clone()
  model.outputs = [{ name: output, type: 'unknown', dims: [] }]
  model.prune()
  const { data } = (
    await once(await load({ ...writeModel(model), brief: true }), (loaded) =>
      loaded.run({ [graph.inputs[0]!.name]: image }, [output]),
    )
  )[output]!
  const unmeant = used.filter((one) => !meantSo(graph, one))
  if (Array.from(data, Number).every(Number.isFinite)) {
    return unmeant.length > 0 ? [`Weights of the model are not finite numbers: ${listed(unmeant)}.`] : []
  }
  const weights = unmeant.filter(isWeight)
  if (weights.length === 0) {
    throw new HeadlightError(
      'unsupported-model',
      `The output '${output}' is not a finite number, and no weight of the model is to blame, but constants as masks have them: ${listed(used)}. An infinity becomes NaN where it is multiplied by 0, or fills a whole row before a softmax; export the model with the lowest finite number in its masks (torch.finfo(dtype).min).`,
    )
  }
  throw new HeadlightError(
    'unsupported-model',
    `The output '${output}' is not a finite number, since weights of the model are NaN or infinite: ${listed(weights)}. The model was damaged or its training diverged; export it again from a sound checkpoint.`,
  )
}

function listed(weights: readonly NotFinite[]): string {
  const named = weights.slice(0, MAX_NAMED).map(sentenceOf)
  if (weights.length > MAX_NAMED) named.push(`and ${weights.length - MAX_NAMED} more`)
  return named.join('; ')
}

/** `'blocks.0.attn.qkv.weight' holds 3 NaN and 1 infinite of 3,072 values, the first at [0, 4]`. */
function sentenceOf({ name, dims, nan, infinite, first }: NotFinite): string {
  const counts = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite`] : [])].join(' and ')
  const total = dims.reduce((product, dim) => product * dim, 1).toLocaleString('en')
  return `'${name}' holds ${counts} of ${total} values, the first at [${first.join(', ')}]`
}

/** A single infinity is a mask's factor; damaged weights have many values, or NaN. */
function isWeight({ dims, nan }: NotFinite): boolean {
  return nan > 0 || dims.reduce((product, dim) => product * dim, 1) > 1
}

/** Whether infinities are masks or bounds by what reads them. */
function meantSo(graph: Graph, { name, nan }: NotFinite): boolean {
  if (nan > 0) return false
  const consumers = graph.consumers()
  const open = [name]
  for (const value of open) {
    for (const reader of consumers.get(value) ?? []) {
      if (FORMS.has(reader.op)) open.push(...reader.outputs.filter((output) => !open.includes(output)))
      else if (!TAKE_INFINITIES.has(reader.op)) return false
    }
  }
  return true
}
