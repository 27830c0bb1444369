import { AGAINST_NOTHING } from '@headlight/explain/class-inputs'
import { expect, test } from 'vitest'
import { ExplainedSamples, type ExplainedSample } from './explained-samples'

const small = new Float32Array(1)
const sample = (target: number, values = 25): ExplainedSample => ({
  ...{ target, against: AGAINST_NOTHING, logits: small, headL1: small, headL2: small, headTaylor: small },
  ...{ attention: [new Float32Array(values)], gradient: [new Float32Array(values)] },
})
const of = (target: number, against: number = AGAINST_NOTHING) => ({ target, against })

test('a prediction is found by its class as well, and a contrast is another thing', () => {
  const kept = new ExplainedSamples()
  const added = kept.add('a', of(-1), sample(4))
  expect(kept.get('a', of(-1))).toBe(added)
  expect(kept.get('a', of(4))).toBe(added)
  expect(kept.get('a', of(4, 2))).toBeNull()
  expect(kept.get('b', of(4))).toBeNull()
  expect(kept.any('a')).toBe(added)
})

test('targets of one picture share its attention; what was used longest ago goes first', () => {
  const kept = new ExplainedSamples(400)
  kept.add('a', of(0), sample(0))
  const second = kept.add('a', of(1), sample(1))
  expect(second.attention).toBe(kept.get('a', of(0))!.attention)
  expect(kept.bytes).toBe(300)
  kept.add('b', of(0), sample(0))
  expect(kept.get('a', of(1))).toBeNull()
  expect(kept.get('a', of(0))).not.toBeNull()
  kept.add('c', of(0), sample(0, 1000))
  expect(kept.any('c')).not.toBeNull()
  expect(kept.bytes).toBe(8000)
})
