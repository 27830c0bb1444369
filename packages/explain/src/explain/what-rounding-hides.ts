/** What a certificate says of errors that rounding hides, and of those that rounding makes. */
import { isDrowned } from './central-differences'
import { headsOfLayer, type RawMatrices } from './explained-heads'
import type { ModelAnatomy } from './anatomy'
import { seeded } from './random'
import type { Certificate, HeadCheck } from './report'
import type { Tensor } from '../onnx/tensor'

/** Of a head with more noise than this share of its gradient nothing is known: a gradient that was lost could pass. */
const UNKNOWN = 0.5
/** How often the picture is moved by its last digit, until the gradient changes. */
const MOVES = 8
/** A step of the last digit of a number in single precision. */
const LAST_DIGIT = 2 ** -23

/** Heads whose errors rounding hides in part are told in `notes`; where it may hide all of a gradient, the check fails. */
export function whatRoundingHides(heads: readonly HeadCheck[], precision: Certificate['precision']) {
  const drowned = heads.filter((check) => isDrowned(check, precision))
  const unknown = drowned.filter(({ noise }) => noise! > UNKNOWN)
  const partly = drowned.filter(({ noise }) => noise! <= UNKNOWN)
  return {
    notes:
      partly.length > 0 ? [`For ${amount(partly, heads)} ${hidden(partly)}, so that only larger errors are seen.`] : [],
    failures:
      unknown.length > 0
        ? [
            `For ${amount(unknown, heads)} ${hidden(unknown)}, so that nothing is known of them: their gradients are too small beside the logits.`,
          ]
        : [],
  }
}

const amount = (some: readonly HeadCheck[], all: readonly HeadCheck[]) => `${some.length} of ${all.length} heads`

function hidden(checks: readonly HeadCheck[]): string {
  const share = 100 * Math.max(...checks.map(({ noise }) => noise!))
  const size =
    share > 1000 ? 'larger than the gradient itself' : `up to ${Number(share.toPrecision(2))} % of the gradient`
  return `rounding alone is ${size}`
}

/**
 * Says by how much the gradient of a head changes when the picture changes by its last digit, where that makes up at least half of the
 * head's error. A Relu or a maximum that bends within the rounding of single precision has no one gradient there.
 * @param explain gives G of another picture; null where another class is explained then
 */
export async function whereRoundingBends(
  anatomy: ModelAnatomy,
  { layer, head, error }: HeadCheck,
  { image, explained }: { image: Tensor; explained: RawMatrices },
  explain: (image: Tensor) => Promise<RawMatrices | null>,
): Promise<string[]> {
  const gradientOf = (raw: RawMatrices) => headsOfLayer(anatomy, layer, raw)[head]!.gradient
  const gradient = gradientOf(explained)
  const random = seeded(7)
  for (let move = 0; move < MOVES; move++) {
    const data = (image.data as Float32Array).map((value) => value * (1 + (random() < 0.5 ? -1 : 1) * LAST_DIGIT))
    const found = await explain({ ...image, data })
    const change = found ? relativeDistance(gradientOf(found), gradient) : 0
    if (change < error / 2) continue
    return [
      `That need not be a wrong gradient: when the picture changes by its last digit, this one changes by ${change.toExponential(1)}, since a Relu or a maximum bends within the rounding of single precision.`,
    ]
  }
  return []
}

/** Frobenius norm of the difference over that of `wanted`. */
function relativeDistance(found: Float32Array, wanted: Float32Array): number {
  let [difference, size] = [0, Number.MIN_VALUE]
  for (let at = 0; at < wanted.length; at++) {
    difference += (found[at]! - wanted[at]!) ** 2
    size += wanted[at]! ** 2
  }
  return Math.sqrt(difference / size)
}
