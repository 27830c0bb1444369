/** Targets: which logit is explained. */
import { z } from 'zod'
import { indexSchema } from './api/limits'

const classIndex = indexSchema

export const targetSchema = z.discriminatedUnion('kind', [
  /** The class with the highest logit. */
  z.object({ kind: z.literal('predicted') }),
  /** The sample's label; samples without one that the model knows have no such explanation. */
  z.object({ kind: z.literal('label') }),
  z.object({ kind: z.literal('class'), classIndex }),
  /** logit[classIndex] - logit[againstIndex]: evidence for the one class rather than the other. */
  z.object({ kind: z.literal('contrast'), classIndex, againstIndex: classIndex }),
  /** logit[prediction] - logit[label], why it was predicted and not its label; none for samples predicted as their label. */
  z.object({ kind: z.literal('predicted-label') }),
  /** Of a detector: the logit of a class at one query. */
  z.object({ kind: z.literal('query'), query: classIndex, classIndex }),
  /** Of a detector: the logit of a class at the query that is surest of it in each picture. */
  z.object({ kind: z.literal('best'), classIndex }),
  /** Of a segmentation: the mean logit of a class over its own mask, the places where it is the highest. */
  z.object({ kind: z.literal('mask'), classIndex }),
  /** Of a segmentation: the mean logit of a class over the sample's mask in the dataset; samples without one have no such explanation. */
  z.object({ kind: z.literal('truth'), classIndex }),
  /** Of a segmentation: the mean logit of a class over a region that was drawn on the sample, by its id. */
  z.object({ kind: z.literal('region'), classIndex, region: z.string().regex(/^[\w-]{1,100}$/) }),
  /** The reverse: evidence for the label. */
  z.object({ kind: z.literal('label-predicted') }),
  /** logit[prediction] - logit[runner-up], the class with the second highest logit (of equal ones the lower index). */
  z.object({ kind: z.literal('predicted-runner-up') }),
])

export type TargetPolicy = z.infer<typeof targetSchema>
