/** Checks a caller's arrays against the model before anything runs. */
import { HeadlightError } from '../errors'
import { elementCount } from '../onnx/tensor'
import type { AnalysedModel } from './api'
import { toChannelsFirst } from './channels-last'
import { AGAINST_RUNNER_UP, TARGET_PREDICTED } from './class-inputs'

/** A dense float32 array in C order: `data` has as many values as the product of `dims`. */
export interface FloatArray {
  /** Shape. */
  dims: number[]
  /** Values in C order. */
  data: Float32Array
}

/**
 * The input as `[B, C, H, W]`; that of a channels-last model may come as `[B, H, W, C]`, as its file takes it.
 * @param targets a class for each sample, or a mark of class-inputs.ts
 * @param against the same for the class that each target is explained against
 * @throws HeadlightError 'usage' where a shape, a length or a class does not fit the model
 */
export function arrangeInput(
  { report, channelsLast }: Pick<AnalysedModel, 'report' | 'channelsLast'>,
  input: FloatArray,
  targets: readonly number[],
  against?: readonly number[],
): FloatArray {
  const fits = ({ dims }: FloatArray) =>
    dims.length === 4 &&
    dims
      .slice(1)
      .every((dim, axis) => typeof report.input.shape[axis + 1] === 'string' || report.input.shape[axis + 1] === dim)
  const whole = input.dims.length === 4 && elementCount(input.dims) === input.data.length
  const forms = whole ? [input, ...(channelsLast ? [toChannelsFirst(input.dims, input.data)] : [])] : []
  const arranged = forms.find(fits)
  if (!arranged) {
    throw new HeadlightError(
      'usage',
      `The input has the shape [${input.dims.join(', ')}], and the model takes [${report.input.shape.join(', ')}].`,
    )
  }
  if (targets.length !== input.dims[0] || (against && against.length !== targets.length)) {
    throw new HeadlightError('usage', `There are ${input.dims[0]} samples and ${targets.length} targets.`)
  }
  const isUnknown = (lowest: number) => (index: number) => index >= report.classes || index < lowest
  const unknown = targets.find(isUnknown(TARGET_PREDICTED)) ?? against?.find(isUnknown(AGAINST_RUNNER_UP))
  if (unknown !== undefined)
    throw new HeadlightError('usage', `The model has ${report.classes} classes, and no class ${unknown}.`)
  return arranged
}
