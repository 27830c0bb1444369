/** Read-out rows: the tokens whose last-layer output receives any gradient from a logit (METHODS). */
import { DEFAULT_METHOD_SETTINGS } from './report'
import { HeadlightError } from '../errors'
import type { LoadGraph } from '../onnx/run-graph'
import { int64, type Tensor } from '../onnx/tensor'
import type { ModelAnatomy } from './anatomy'
import { touchedPlaces } from './chain-maps'
import { briefExplainGraph } from './compile'
import { NotAChain } from './not-a-chain'
import { once } from './once'
import { noise } from './random'

/**
 * The rows, found on several pictures and classes. Throws a `NotAChain` where they differ from picture to picture,
 * as behind max pooling: one set of rows would then be wrong for most pictures.
 */
export async function findReadoutRows(anatomy: ModelAnatomy, image: Tensor, load: LoadGraph): Promise<number[]> {
  const { classes } = anatomy.logits
  const { attentions, chain } = anatomy
  const last = chain?.layers.at(-1)
  const layer = last?.layer ?? attentions.layers.length - 1
  // The backward pass ends at the last layer.
  const alone = {
    ...attentions,
    layers: [attentions.layers[layer]!],
    heads: attentions.layerHeads?.[layer] ?? attentions.heads,
    layerHeads: undefined,
  }
  const shape = { ...alone, layers: 1 }
  const graph = briefExplainGraph(
    { ...anatomy, attentions: alone },
    {
      methods: [],
      settings: DEFAULT_METHOD_SETTINGS,
      scores: false,
      raw: true,
    },
  )
  const output = last ? graph.outputs.siteGradient![0]! : graph.outputs.gradient!
  const pictures = [image, noise(image.dims, 31), noise(image.dims, 32)]
  const found = await once(await load(graph), async (loaded) => {
    const sets: number[][] = []
    for (const [at, picture] of pictures.entries()) {
      const rows = new Set<number>()
      // A class may read other tokens than the rest; pictures are compared by the same classes.
      for (const target of at === 0 ? [0, classes - 1] : [classes - 1]) {
        const feeds = { [graph.imageInput]: picture, [graph.targetInput]: int64([1], [target]) }
        const gradient = (await loaded.run(feeds, [output]))[output]!.data as Float32Array
        const read = last ? touchedPlaces(last, gradient) : gradientRows(gradient, shape)
        for (const row of read) rows.add(row)
        if (target === classes - 1) sets.push(read)
      }
      if (at === 0) sets.unshift([...rows].sort((a, b) => a - b))
    }
    return sets
  })
  const [all, ...byPicture] = found as [number[], ...number[][]]
  if (all.length === 0) {
    throw new HeadlightError(
      'unsupported-model',
      'No gradient arrives at the last attention layer on the pictures that were tried: the logits do not depend on it, or only beyond a threshold.',
    )
  }
  // A head whose gradient is zero for a picture (everything behind a relu) tells nothing about rows.
  const [first, ...others] = byPicture.filter((rows) => rows.length > 0)
  if (others.some((rows) => rows.join() !== first!.join())) {
    throw new NotAChain(
      'The tokens that the logits are read from differ from picture to picture, as behind max pooling; a relevance map is read out of the same tokens for every picture. Export the model with its class token or mean pooling.',
    )
  }
  return all
}

/** The token rows of the last layer's G that are not 0 throughout; G is `[L, H, N, N]`. */
export function gradientRows(
  gradient: Float32Array,
  { layers, heads, tokens }: { layers: number; heads: number; tokens: number },
): number[] {
  const rows = new Set<number>()
  const last = gradient.subarray((layers - 1) * heads * tokens * tokens)
  last.forEach((value, at) => value !== 0 && rows.add(Math.floor(at / tokens) % tokens))
  return [...rows].sort((a, b) => a - b)
}
