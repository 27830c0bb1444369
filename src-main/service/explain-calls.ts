import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { classOrder } from '@shared/probabilities'
import type { Handlers, ServiceContext } from './handlers'
import { likeness } from './likeness-question'
import { classesOf, questionOf, targetQuestion } from './target-question'

const TOP = 5

type ExplainCalls = Pick<Handlers, 'sample.explain' | 'sample.attention' | 'sample.layers' | 'sample.likeness'>

/** Calls that compute something about one sample on demand. */
export function explainCalls({ library, compute }: ServiceContext): ExplainCalls {
  return {
    async 'sample.explain'({ runId, id, target, methods, settings }, signal) {
      const { run, question } = await targetQuestion(library, runId, id, target, signal)
      const wanted = { ...question, settings: settings ?? DEFAULT_METHOD_SETTINGS }
      const found = await compute.acquire().explainSample({ ...wanted, methods, signal })
      // Of detectors and segmentations the logits do not say which class is the surest.
      const order = classOrder(
        run.model.dense ? found.probabilities : found.logits,
        run.definition.noObject,
        run.definition.task,
      )
      const top = order.slice(0, TOP).map((classIndex) => ({
        classIndex,
        name: run.definition.labels[classIndex] ?? String(classIndex),
        probability: found.probabilities[classIndex]!,
        logit: found.logits[classIndex]!,
      }))
      return { ...found, top }
    },
    'sample.likeness': (asked, signal) => likeness({ library, compute }, asked, signal),
    async 'sample.attention'({ runId, id, layer, head, patch }, signal) {
      const { run, question } = await questionOf(library, runId, id, signal)
      // Their read-out rows are those of the target.
      const asked = run.model.dense && (await classesOf(library, run, id, run.definition.target))
      return compute.acquire().attention({ ...question, asked, layer, head, patch: patch ?? null, signal })
    },
    async 'sample.layers'({ runId, id, target, method, settings }, signal) {
      const { question } = await targetQuestion(library, runId, id, target, signal)
      const wanted = { ...question, settings: settings ?? DEFAULT_METHOD_SETTINGS }
      return compute.acquire().layerMaps({ ...wanted, method, signal })
    },
  }
}
