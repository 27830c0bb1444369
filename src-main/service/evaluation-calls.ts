import { estimateEvaluation } from '../runs/evaluation/estimate-evaluation'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that evaluate maps and heads, and read what came of it. */
export function evaluationCallHandlers(context: ServiceContext): HandlersOf<'evaluations'> {
  const { library, compute, evaluations, summaries, byHand } = context
  return {
    async 'evaluations.estimate'({ runId, request, measure }, signal) {
      const run = await library.runs.get({ runId })
      return estimateEvaluation(run, request, measure, { library, compute }, signal)
    },
    'evaluations.start': ({ runId, request }) => evaluations.start(runId, request),
    'evaluations.list': ({ runId }) => evaluations.list(runId),
    async 'evaluations.pause'({ runId, id }) {
      await evaluations.pause(runId, id)
      return null
    },
    'evaluations.resume': ({ runId, id }) => evaluations.resume(runId, id),
    async 'evaluations.remove'({ runId, id }) {
      await evaluations.remove(runId, id)
      return null
    },
    'evaluations.maps': ({ runId, id }) => summaries().maps(runId, id),
    'evaluations.heads': ({ runId, id, filter }) => summaries().heads(runId, id, filter),
    'evaluations.headSamples': ({ runId, id, filter, ...head }) => summaries().headSamples(runId, id, filter, head),
    'evaluations.withoutHeads': (question, signal) => byHand.answer(question, signal),
  }
}
