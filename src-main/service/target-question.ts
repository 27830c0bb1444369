/** What is asked of the compute process about a sample of a run, for a target of the contract. */
import type { RunInfo, Shape } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { type AskedClasses, classInputs, NO_CONTRAST } from '@shared/target-classes'
import { targetMisfit } from '@shared/target-fits'
import type { TargetPolicy } from '@shared/target-policy'
import { contrastsWithLabel, needsLabel } from '@shared/targets'
import type { SampleQuestion, TargetQuestion } from '../compute/api'
import type { Library } from '../runs/compute-source'
import { sampleQuestion } from './sample-question'

/** The same with the classes of a target. Throws 'no-label' and 'no-contrast' where the sample has no such explanation. */
export async function targetQuestion(
  library: Library,
  runId: number,
  id: number,
  target: TargetPolicy,
  signal?: AbortSignal,
): Promise<{ run: RunInfo; question: Omit<TargetQuestion, 'settings'> }> {
  const { run, question } = await questionOf(library, runId, id, signal)
  const { truth, region, ...classes } = await classesOf(library, run, id, target)
  if (region !== undefined) {
    const mask = { kind: 'drawn' as const, shape: await drawnShape(library, id, region) }
    return { run, question: { ...question, ...classes, truth: { mask }, signal } }
  }
  if (!truth) return { run, question: { ...question, ...classes, signal } }
  const { mask, reading } = await library.samples.file({ runId, id })
  return { run, question: { ...question, ...classes, truth: { mask, reading }, signal } }
}

/** Throws 'no-mask' where the sample has no such region. */
async function drawnShape(library: Library, id: number, region: string): Promise<Shape> {
  const [said] = await library.annotations.ofSamples({ ids: Uint32Array.of(id) })
  const found = said?.annotations.find((annotation) => annotation.region === region)
  if (found?.shape) return found.shape
  throw new HeadlightError(
    'no-mask',
    'This region is not drawn on the image (any more); draw one, or choose another target.',
  )
}

/** A sample of a run, to be asked about. */
export async function questionOf(
  library: Library,
  runId: number,
  id: number,
  signal: AbortSignal | undefined,
): Promise<{ run: RunInfo; question: SampleQuestion }> {
  const [{ file }, run] = await Promise.all([library.samples.file({ runId, id }), library.runs.get({ runId })])
  signal?.throwIfAborted()
  return { run, question: await sampleQuestion(library, run, file) }
}

/** A target as classes. Throws 'no-label' where the label is wanted and there is none, 'no-contrast' where it was predicted. */
export async function classesOf(
  library: Library,
  { id: runId, model }: RunInfo,
  id: number,
  target: TargetPolicy,
): Promise<AskedClasses> {
  const misfit = targetMisfit(target, model)
  if (misfit !== null) throw new HeadlightError('usage', misfit)
  const [row] = needsLabel(target) ? await library.samples.rows({ runId, ids: Uint32Array.of(id) }) : []
  const found = classInputs(target, row?.label ?? null)
  if (found && contrastsWithLabel(target) && row?.correct) throw new HeadlightError('no-contrast', NO_CONTRAST)
  if (found) return found
  throw new HeadlightError('no-label', 'This image has no label that the model knows; choose a class to explain.')
}
