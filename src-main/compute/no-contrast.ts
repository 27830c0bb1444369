/** Samples whose prediction turned out to be the class that they are explained against. */
import { NO_CONTRAST } from '@shared/target-classes'
import type { ExplainGraph } from '@headlight/explain'
import { type Tensor, takeRows } from '@headlight/explain/onnx'
import type { DecodedBatch } from './decode-batch'

type Inferred = ReadonlyMap<string, Tensor>

/** The batch without such samples, each of which becomes an error 'no-contrast'. */
export function withoutSelfContrasts(
  decoded: DecodedBatch,
  tensors: Inferred,
  { outputs }: ExplainGraph,
): { decoded: DecodedBatch; tensors: Inferred } {
  const target = tensors.get(outputs.target)?.data
  const against = outputs.against && tensors.get(outputs.against)?.data
  if (!target || !against) return { decoded, tensors }
  const isSame = decoded.samples.map((_, index) => target[index] === against[index])
  if (!isSame.includes(true)) return { decoded, tensors }
  const kept = decoded.samples.flatMap((_, index) => (isSame[index] ? [] : [index]))
  const errors = decoded.samples
    .filter((_, index) => isSame[index])
    .map(({ sample }) => ({ id: sample.id, code: 'no-contrast', message: NO_CONTRAST }))
  return {
    decoded: {
      ...decoded,
      samples: kept.map((index) => decoded.samples[index]!),
      errors: [...decoded.errors, ...errors],
    },
    tensors: new Map([...tensors].map(([name, tensor]) => [name, takeRows(tensor, kept)])),
  }
}
