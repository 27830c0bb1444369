/** Class vectors: one vector a class, which makes a classifier of a model that gives features. */
import { HeadlightError } from '../errors'
import type { EmbeddedPrompts } from './prompts'
import type { ClassVectorKind } from './report'

export const CLASS_VECTOR_KINDS: readonly ClassVectorKind[] = ['cosine', 'linear']

export interface ClassVectors {
  /** What messages call them: the name of their file. */
  source: string
  /** One a class, each once. */
  names: readonly string[]
  /** Values of a vector: D. */
  width: number
  /** `[classes, D]`, row by row. */
  values: Float32Array | Float64Array
  kind: ClassVectorKind
  /** What the product or the cosine is multiplied with; null for 1. */
  scale: number | null
  /** Added to the logit of each class, `[classes]`; null for none. */
  bias: Float64Array | null
  /** The prompts that they were made of, where a text tower made them. */
  prompts?: EmbeddedPrompts
}

/** A norm below this counts as this, as in torch.nn.functional.normalize. */
export const NORM_EPSILON = 1e-12

/** Throws 'usage' with what is wrong with vectors, names, scale or bias, and what to do. */
export function checkClassVectors({ source, names, width, values, kind, scale, bias }: ClassVectors): void {
  const refuse = (sentence: string) => new HeadlightError('usage', `${source} ${sentence}`)
  const classes = names.length
  if (classes === 0 || width === 0) throw refuse('holds no class vectors; write an array [classes, values] into it.')
  if (values.length !== classes * width) {
    const rows = values.length / width
    throw refuse(`has ${rows} vectors and ${classes} names; give each vector one name, in the same order.`)
  }
  const unnamed = names.findIndex((name) => name.trim() === '')
  if (unnamed >= 0) throw refuse(`has no name for vector ${unnamed} (from 0); name every class.`)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) {
    throw refuse(
      `has the name '${twice}' ${names.filter((name) => name === twice).length} times; give every class a name of its own (several vectors of one class are averaged first).`,
    )
  }
  const notFinite = values.findIndex((value) => !Number.isFinite(value))
  if (notFinite >= 0) {
    const [row, column] = [Math.floor(notFinite / width), notFinite % width]
    throw refuse(
      `has ${values[notFinite]} at place ${column} of the vector of '${names[row]}'; compute the vectors again, every value has to be a finite number.`,
    )
  }
  const zero = kind === 'cosine' ? names.findIndex((_, row) => norm(values, row, width) < NORM_EPSILON) : -1
  if (zero >= 0) {
    throw refuse(
      `has a vector of zeros for '${names[zero]}', which has no direction and so no cosine; leave the class out, or compute its vector again.`,
    )
  }
  if (scale !== null && !(Number.isFinite(scale) && scale > 0)) {
    throw refuse(`has the scale ${scale}; it has to be a positive number (of CLIP, exp(logit_scale)).`)
  }
  if (bias && bias.length !== classes) {
    throw refuse(`has ${bias.length} biases for ${classes} classes; give one for all, or one each.`)
  }
  if (bias?.some((value) => !Number.isFinite(value)))
    throw refuse('has a bias that is not a finite number; correct it.')
}

function norm(values: ArrayLike<number>, row: number, width: number): number {
  let sum = 0
  for (let at = row * width; at < (row + 1) * width; at++) sum += values[at]! ** 2
  return Math.sqrt(sum)
}

/** The vectors as they multiply features, `[D, classes]`: of length 1 where cosines are taken. In double precision. */
export function classWeights({ names, width, values, kind }: ClassVectors): Float64Array {
  const classes = names.length
  const weights = new Float64Array(values.length)
  for (let row = 0; row < classes; row++) {
    const length = kind === 'cosine' ? Math.max(norm(values, row, width), NORM_EPSILON) : 1
    for (let at = 0; at < width; at++) weights[at * classes + row] = values[row * width + at]! / length
  }
  return weights
}

/** The logits of features `[D]` in plain numbers and double precision: what the certificate holds the graph against. */
export function classLogits(features: ArrayLike<number>, vectors: ClassVectors): Float64Array {
  const { names, width, kind, scale, bias } = vectors
  const weights = classWeights(vectors)
  const length = kind === 'cosine' ? Math.max(norm(features, 0, width), NORM_EPSILON) : 1
  return Float64Array.from(names, (_, row) => {
    let sum = 0
    for (let at = 0; at < width; at++) sum += (features[at]! / length) * weights[at * names.length + row]!
    return (scale ?? 1) * sum + (bias?.[row] ?? 0)
  })
}
