import { DEFAULT_METHOD_SETTINGS, type RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { type ClassInputs, classInputs, NO_CONTRAST } from '@shared/target-classes'
import { contrastsWithLabel, needsLabel, type TargetPolicy } from '@shared/targets'
import type { SampleQuestion } from '../compute/api'
import type { Library } from '../runs/compute-source'
import type { Handlers, ServiceContext } from './handlers'
import { sampleQuestion } from './sample-question'

const TOP = 5

type ExplainCalls = Pick<Handlers, 'sample.explain' | 'sample.attention' | 'sample.layers'>

/** Calls that compute something about one sample on demand. */
export function explainCalls({ library, compute }: ServiceContext): ExplainCalls {
  return {
    async 'sample.explain'({ runId, id, target, methods, settings }, signal) {
      const { run, question } = await ask(library, runId, id, signal)
      const wanted = { ...(await classesOf(library, runId, id, target)), settings: settings ?? DEFAULT_METHOD_SETTINGS }
      const found = await compute.acquire().explainSample({ ...question, ...wanted, methods, signal })
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
      const { question } = await ask(library, runId, id, signal)
      return compute.acquire().attention({ ...question, layer, head, patch: patch ?? null, signal })
    },
    async 'sample.layers'({ runId, id, target, method, settings }, signal) {
      const { question } = await ask(library, runId, id, signal)
      const wanted = { ...(await classesOf(library, runId, id, target)), settings: settings ?? DEFAULT_METHOD_SETTINGS }
      return compute.acquire().layerMaps({ ...question, ...wanted, method, signal })
    },
  }
}

async function ask(
  library: Library,
  runId: number,
  id: number,
  signal: AbortSignal | undefined,
): Promise<{ run: RunInfo; question: SampleQuestion }> {
  const [{ file }, run] = await Promise.all([library.file(runId, id), library.run(runId)])
  signal?.throwIfAborted()
  return { run, question: sampleQuestion(run, file) }
}

/** A target as classes. Throws 'no-label' where the label is wanted and there is none, 'no-contrast' where it was predicted. */
async function classesOf(library: Library, runId: number, id: number, target: TargetPolicy): Promise<ClassInputs> {
  if (target.kind === 'contrast' && target.classIndex === target.againstIndex) {
    throw new HeadlightError('usage', 'A contrast needs two classes; against itself a class has no gradient.')
  }
  const [row] = needsLabel(target) ? await library.rows(runId, Uint32Array.of(id)) : []
  const found = classInputs(target, row?.label ?? null)
  if (found && contrastsWithLabel(target) && row?.correct) throw new HeadlightError('no-contrast', NO_CONTRAST)
  if (found) return found
  throw new HeadlightError('no-label', 'This image has no label that the model knows; choose a class to explain.')
}
