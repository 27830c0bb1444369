/** The question in an explain graph: which scalar of the model's output is explained, as nodes that choose it. */
import { TensorProto_DataType as T } from 'onnx-buf'
import type { GraphBuilder } from '../onnx/builder'
import { float32 } from '../onnx/tensor'
import { AGAINST_PREDICTED, AGAINST_RUNNER_UP } from './class-inputs'
import type { DenseOutput } from './dense-output'
import type { Logits } from './logits'

/** Values of the graph: inputs of a question, `[B]` each. */
export interface QuestionInputs {
  /** Target class, negative for the prediction. */
  target: string
  /** Class that it is explained against, or its mark; null where nothing is. */
  against: string | null
  /** Query of a detector, negative for the surest of each class; '' for other models. */
  query: string
  /** `[B, h, w]`: weights of the places of a segmentation, negative for each class's own mask; '' for other models. */
  region: string
}

/** The scalar y of each picture is the sum of `weights` times the model's output; what chooses the weights has no gradient. */
export interface Question {
  /** One logit a class, `[B, C]`: y for each class as the target. */
  logits: string
  /** int64 `[B]` */
  target: string
  /** int64 `[B]`, null where nothing is subtracted. */
  against: string | null
  /** dy / d output, of the output's shape; appended when called. */
  weights: () => string
  /** `[B, C]`, where the logits alone do not say how sure the model is of a class. */
  probabilities?: string
  /** int64 `[B]`: the query that has the logit of the target. */
  query?: string
  /** `[B, 4]`: the box of that query. */
  box?: string
}

/** One logit a class: y = logit[target] - logit[against]. */
export function askClasses(
  g: GraphBuilder,
  logits: Logits,
  { target: asked, against: minus }: QuestionInputs,
): Question {
  const { target, against } = chosenClasses(g, { ranking: logits.value, classes: logits.classes }, asked, minus)
  const hot = (chosen: string) => oneHot(g, chosen, logits.classes, 1)
  const weights = () =>
    against === null ? hot(target) : g.sub(hot(target), hot(notNegative(g, against, logits.classes)))
  return { logits: logits.value, target, against, weights }
}

/**
 * Queries: y = output[query, target]. The surest query of a class has the highest softmax where a class means "no object",
 * which is then never the prediction, else the highest logit.
 * @param boxes value with the boxes `[B, Q, 4]`, null without any
 */
export function askQueries(
  g: GraphBuilder,
  { value, queries }: Extract<DenseOutput, { kind: 'queries' }>,
  { classes, noObject, boxes }: { classes: number; noObject: number | null; boxes: string | null },
  inputs: QuestionInputs,
): Question {
  const ofClasses = (of: string) => g.transpose(of, [0, 2, 1])
  const sure = noObject === null ? value : g.op('Softmax', [value], { axis: 2 })
  const asked = g.unsqueeze(inputs.query, [1])
  const surest = g.op('ArgMax', [ofClasses(sure)], { axis: 2, keepdims: 0 })
  // [B, C]: the query whose logit a class is explained by.
  const chosen = g.where(g.op('Less', [asked, g.int(0)]), surest, asked)
  const hot = oneHot(g, chosen, queries, -1)
  const pick = (of: string) => g.sum(g.mul(ofClasses(of), hot), [2], false)
  const logits = pick(value)
  const probabilities = noObject === null ? g.op('Sigmoid', [logits]) : pick(sure)
  const ranking = noObject === null ? logits : without(g, probabilities, noObject, classes)
  const { target, against } = chosenClasses(g, { ranking, classes }, inputs.target, inputs.against)
  const queryOf = (chosenClass: string) =>
    g.squeeze(g.op('GatherElements', [chosen, g.unsqueeze(chosenClass, [1])], { axis: 1 }), [1])
  const query = queryOf(target)
  const place = (ofQuery: string, ofClass: string) =>
    g.mul(g.unsqueeze(oneHot(g, ofQuery, queries, -1), [2]), g.unsqueeze(oneHot(g, ofClass, classes, -1), [1]))
  const weights = () => {
    const plus = place(query, target)
    if (against === null) return plus
    const there = g.where(g.op('Less', [against, g.int(0)]), g.int(0), against)
    return g.sub(plus, place(queryOf(there), notNegative(g, against, classes)))
  }
  const box = boxes && g.sum(g.mul(boxes, g.unsqueeze(oneHot(g, query, queries, -1), [2])), [1], false)
  return { logits, target, against, weights, probabilities, query, ...(box && { box }) }
}

/**
 * Pixels: y is the mean of output[target] over a mask: the places where the target's logit is the highest, or those that are
 * given. `probabilities` are the shares of the mask, or of the picture without one, where a class is the highest.
 */
export function askPixels(
  g: GraphBuilder,
  { value }: Extract<DenseOutput, { kind: 'pixels' }>,
  classes: number,
  inputs: QuestionInputs,
): Question {
  const region = g.unsqueeze(inputs.region, [1])
  const isOwn = g.op('Less', [region, g.scalar(0)])
  const own = oneHot(g, g.op('ArgMax', [value], { axis: 1, keepdims: 0 }), classes, 1)
  const mask = g.where(isOwn, own, region)
  // Row by row, since single precision loses digits in a sum of all.
  const overPlaces = (of: string) => g.sum(g.sum(of, [3], false), [2], false)
  /** Of an empty mask nothing is explained: y and its gradient are 0. */
  const counted = g.op('Max', [overPlaces(mask), g.scalar(1e-12)])
  const logits = g.div(overPlaces(g.mul(mask, value)), counted)
  const looked = g.where(isOwn, g.scalar(1), region)
  const total = g.op('Max', [overPlaces(looked), g.scalar(1e-12)])
  const probabilities = g.div(overPlaces(g.mul(own, looked)), total)
  const { target, against } = chosenClasses(g, { ranking: probabilities, classes }, inputs.target, inputs.against)
  const share = g.div(mask, g.unsqueeze(counted, [2, 3]))
  const place = (chosen: string) => g.mul(share, g.unsqueeze(oneHot(g, chosen, classes, -1), [2, 3]))
  const weights = () =>
    against === null ? place(target) : g.sub(place(target), place(notNegative(g, against, classes)))
  return { logits, target, against, weights, probabilities }
}

/** Target and class against, where the inputs leave them to the model: the highest of `ranking` `[B, C]`, and the second. */
function chosenClasses(
  g: GraphBuilder,
  { ranking, classes }: { ranking: string; classes: number },
  asked: string,
  minus: string | null,
): { target: string; against: string | null } {
  const predicted = highest(g, ranking)
  const target = g.where(g.op('Less', [asked, g.int(0)]), predicted, asked)
  if (minus === null) return { target, against: null }
  const isPredicted = g.op('Greater', [oneHot(g, predicted, classes, 1), g.scalar(0)])
  const runnerUp = highest(g, g.where(isPredicted, g.scalar(-Infinity), ranking))
  const marked = (mark: number) => g.op('Equal', [minus, g.int(mark)])
  const against = g.where(marked(AGAINST_PREDICTED), predicted, g.where(marked(AGAINST_RUNNER_UP), runnerUp, minus))
  return { target, against }
}

/** The class with the highest value of each sample, int64 `[B]`; of equal ones the first. */
const highest = (g: GraphBuilder, values: string) => g.op('ArgMax', [values], { axis: 1, keepdims: 0 })

/** OneHot counts a negative class from the end; one beyond the last is not a class at all. */
const notNegative = (g: GraphBuilder, chosen: string, classes: number) =>
  g.where(g.op('Less', [chosen, g.int(0)]), g.int(classes), chosen)

/** A class that is never the prediction. */
function without(g: GraphBuilder, probabilities: string, chosen: number, classes: number): string {
  const place = new Float32Array(classes)
  place[chosen] = 1
  return g.sub(probabilities, g.scale(g.constant(g.floats([1, classes], place)), 2))
}

/** 1 at the place of `chosen` along a new axis, else 0; all zeros for a place beyond the last. */
function oneHot(g: GraphBuilder, chosen: string, places: number, axis: number): string {
  // Not every execution provider has it for doubles.
  const values = g.constant(float32([2], [0, 1]))
  const hot = g.op('OneHot', [chosen, g.int(places), values], { axis })
  return g.floatType === 'float64' ? g.cast(hot, T.DOUBLE) : hot
}
