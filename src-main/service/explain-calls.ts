import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import type { Handlers, ServiceContext } from './handlers'
import { questionOf, targetQuestion } from './target-question'

const TOP = 5

type ExplainCalls = Pick<Handlers, 'sample.explain' | 'sample.attention' | 'sample.layers'>

/** Calls that compute something about one sample on demand. */
export function explainCalls({ library, compute }: ServiceContext): ExplainCalls {
  return {
    async 'sample.explain'({ runId, id, target, methods, settings }, signal) {
      const { run, question } = await targetQuestion(library, runId, id, target, signal)
      const wanted = { ...question, settings: settings ?? DEFAULT_METHOD_SETTINGS }
      const found = await compute.acquire().explainSample({ ...wanted, methods, signal })
      const order = [...found.logits.keys()].sort((a, b) => found.logits[b]! - found.logits[a]! || a - b)
      const top = order.slice(0, TOP).map((classIndex) => ({
        classIndex,
        name: run.definition.labels[classIndex] ?? String(classIndex),
        probability: found.probabilities[classIndex]!,
        logit: found.logits[classIndex]!,
      }))
      return { ...found, top }
    },
    async 'sample.attention'({ runId, id, layer, head, patch }, signal) {
      const { question } = await questionOf(library, runId, id, signal)
      return compute.acquire().attention({ ...question, layer, head, patch: patch ?? null, signal })
    },
    async 'sample.layers'({ runId, id, target, method, settings }, signal) {
      const { question } = await targetQuestion(library, runId, id, target, signal)
      const wanted = { ...question, settings: settings ?? DEFAULT_METHOD_SETTINGS }
      return compute.acquire().layerMaps({ ...wanted, method, signal })
    },
  }
}
