/** The image size of a model whose export left it open. */
import { HeadlightError } from '../errors'
import type { Graph, ValueInfo } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'

/** Height and width of the model's input in pixels. */
export interface ImageSize {
  /** Pixels from top to bottom. */
  height: number
  /** Pixels from left to right. */
  width: number
}

/** Largest number of channels that an image input may have. */
export const MAX_CHANNELS = 16

/** Sides that vision transformers are usually made for, tried where the position embedding tells nothing. */
const COMMON_SIDES = [224, 384, 256, 518, 448, 512, 336, 196, 160, 128, 112, 96, 64, 32]
/** Convolutions with shorter steps are stems, whose places are not tokens. */
const MIN_PATCH = 8
/** Of one attention matrix of one picture in float32: 32,768 tokens. */
const MAX_BYTES_OF_A_HEAD = 2 ** 32
/** Operators that a graph may apply to a picture before it reads positions in it. */
const PICTURE_STEPS = new Set('Transpose Cast Identity Sub Add Mul Div Clip'.split(' '))
/** Tokens that may stand before the patches: class, distillation, registers. */
const MAX_PREFIX_TOKENS = 16

/**
 * Input shapes `[channels, height, width]` to try, best first: the exported one where it is fixed; otherwise channels
 * from the patch embedding, height and width as wanted, else from the position embedding and the patch size, else common.
 * Throws 'unsupported-model' where the one input is not a picture.
 */
export function imageShapes(graph: Graph, wanted?: ImageSize): [number, number, number][] {
  const input = pictureInput(graph)
  const embedding = firstConvolution(graph, input.name)
  const channels = embedding ? Number(graph.initializers.get(embedding.inputs[1]!)?.dims[1] ?? 3) : 3
  const fixed = input.dims.slice(1).map((dim) => (typeof dim === 'number' ? dim : null))
  const sides = fixed.includes(null) ? [...new Set([...embeddedSides(graph, embedding), ...COMMON_SIDES])] : [0]
  const sizes = [...(wanted ? [wanted] : []), ...sides.map((side) => ({ height: side, width: side }))]
  const shapes = sizes.map(({ height, width }): [number, number, number] => [
    fixed[0] ?? channels,
    fixed[1] ?? height,
    fixed[2] ?? width,
  ])
  // The size that a position embedding suggests may be absurd, too.
  const possible = shapes.filter(isPicture)
  if (possible.length === 0 || !isPicture(shapes[0]!)) {
    throw new HeadlightError(
      'unsupported-model',
      `The input '${input.name}' has the shape [${input.dims.join(', ')}], which is not a picture that Headlight can make.`,
    )
  }
  refuseTooManyPatches(embedding, possible[0]!)
  return possible
}

/** The convolution that reads the picture, normalised in the graph or not. */
function firstConvolution(graph: Graph, name: string): GraphNode | undefined {
  const pictures = new Set([name])
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => pictures.has(input))) continue
    if (node.op === 'Conv') return node
    if (PICTURE_STEPS.has(node.op)) for (const output of node.outputs) pictures.add(output)
  }
  return undefined
}

/**
 * Attention over more patches than memory holds is refused before anything is run. Only convolutions whose steps are as wide
 * as they reach make patches that stay tokens. Throws 'unsupported-model'.
 */
function refuseTooManyPatches(embedding: GraphNode | undefined, [, height, width]: [number, number, number]): void {
  const [down = 0, across = 0] = embedding?.intsAttr('strides') ?? []
  const kernel = embedding?.intsAttr('kernel_shape') ?? []
  if (down < MIN_PATCH || kernel[0] !== down || kernel[1] !== across) return
  const patches = Math.floor(height / down) * Math.floor(width / across)
  const bytes = 4 * patches ** 2
  if (bytes <= MAX_BYTES_OF_A_HEAD) return
  throw new HeadlightError(
    'unsupported-model',
    `A picture of ${width} x ${height} pixels has ${patches.toLocaleString('en')} patches of ${across} x ${down} here, and the attention of a single head over them takes ${Math.round(bytes / 2 ** 30)} GiB: export the model for smaller pictures, or with larger patches.`,
  )
}

function isPicture([depth, height, width]: [number, number, number]): boolean {
  return depth >= 1 && depth <= MAX_CHANNELS && height >= 1 && width >= 1 && height * width <= 4096 * 4096
}

function pictureInput(graph: Graph): ValueInfo {
  const [input, ...others] = graph.inputs
  if (!input || others.length > 0) {
    const names = graph.inputs.map(({ name }) => name).join(', ') || 'none'
    throw new HeadlightError(
      'unsupported-model',
      `The model has the inputs ${names}; Headlight needs exactly one, the image.`,
    )
  }
  if (input.dims.length !== 4 || input.type !== 'float32') {
    throw new HeadlightError(
      'unsupported-model',
      `The input '${input.name}' is ${input.type} of shape [${input.dims.join(', ')}]; Headlight needs float32 [batch, channels, height, width].`,
    )
  }
  return input
}

/** Sides of square images whose patches a position embedding counts: `[1, N, D]` or a grid `[1, g, g, D]`, `[1, D, g, g]`. */
function embeddedSides(graph: Graph, embedding: GraphNode | undefined): number[] {
  const stride = embedding?.intsAttr('strides')?.[0]
  const width = embedding && Number(graph.initializers.get(embedding.inputs[1]!)?.dims[0])
  if (!stride || !width) return []
  const grids: number[] = []
  for (const { dims } of graph.initializers.values()) {
    const shape = dims.map(Number)
    if (shape[0] !== 1) continue
    if (shape.length === 3 && shape[2] === width) grids.push(...squareGrids(shape[1]!))
    if (shape.length === 4 && shape.includes(width, 1)) {
      const grid = shape.slice(1).filter((_, axis, rest) => axis !== rest.indexOf(width))
      if (grid[0] === grid[1]) grids.push(grid[0]!)
    }
  }
  return grids.sort((a, b) => b - a).map((grid) => grid * stride)
}

/** Grid sides for a number of tokens that may hold prefix tokens, fewest prefix tokens first. */
function squareGrids(tokens: number): number[] {
  const prefixes = Array.from(
    { length: Math.max(0, Math.min(MAX_PREFIX_TOKENS, tokens - 4) + 1) },
    (_, prefix) => prefix,
  )
  return prefixes
    .map((prefix) => Math.sqrt(tokens - prefix))
    .filter(Number.isInteger)
    .slice(0, 1)
}
