/** Samples that turned out to have nothing to explain: predicted as the class they are set against, or with an empty mask. */
import { NO_CONTRAST } from '@shared/target-classes'
import type { ExplainGraph } from '@headlight/explain'
import { type Tensor, takeRows } from '@headlight/explain/onnx'
import type { ModelReport } from '@headlight/explain/report'
import type { DecodedBatch } from './decode-batch'
import { emptyMask } from './empty-mask'

type Inferred = ReadonlyMap<string, Tensor>

/** The batch without such samples, each of which becomes an error 'no-contrast' or 'empty-mask'. */
export function withoutNotExplained(
  decoded: DecodedBatch,
  tensors: Inferred,
  { outputs }: ExplainGraph,
  info: ModelReport,
): { decoded: DecodedBatch; tensors: Inferred } {
  const of = (name: string | undefined) => (name === undefined ? undefined : tensors.get(name)?.data)
  const [target, against, shares] = [of(outputs.target), of(outputs.against), of(outputs.probabilities)]
  if (!target) return { decoded, tensors }
  const problems = decoded.samples.map(({ sample }, index) => {
    const chosen = [target, ...(against ? [against] : [])].map((classes) => Number(classes[index]))
    if (against && chosen[0] === chosen[1]) return { code: 'no-contrast', message: NO_CONTRAST }
    // Over the dataset's mask a class is explained wherever another one is higher, too.
    if (sample.truth) return null
    const share = (shares as Float32Array | undefined)?.subarray(index * info.classes, (index + 1) * info.classes)
    const message = emptyMask(info, share, chosen)
    return message === null ? null : { code: 'empty-mask', message }
  })
  if (problems.every((problem) => problem === null)) return { decoded, tensors }
  const kept = decoded.samples.flatMap((_, index) => (problems[index] ? [] : [index]))
  const errors = decoded.samples.flatMap(({ sample }, index) => {
    const problem = problems[index]
    return problem ? [{ id: sample.id, ...problem }] : []
  })
  return {
    decoded: {
      ...decoded,
      samples: kept.map((index) => decoded.samples[index]!),
      errors: [...decoded.errors, ...errors],
    },
    tensors: new Map([...tensors].map(([name, tensor]) => [name, takeRows(tensor, kept)])),
  }
}
