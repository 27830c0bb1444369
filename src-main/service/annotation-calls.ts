import { type AnnotationCallName, type AnnotationChanged, type CallOutput, annotationCalls } from '@shared/api'
import type { Library } from '../runs/compute-source'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that write part by part: what they wrote before they failed stays. */
const IN_PARTS: ReadonlySet<AnnotationCallName> = new Set([
  'annotations.import',
  'annotations.undo',
  'annotations.redo',
  'annotations.setTags',
  'annotations.setVerdicts',
])

/** Where it is not known what changed: a list that changed makes every sample's annotations stale. */
const ANYTHING = { samples: new Uint32Array(), terms: true }

/** Calls about annotations: the library answers, and every window is told of what changed. */
export function annotationHandlers({ library, emit }: ServiceContext): HandlersOf<'annotations'> {
  const answer = async (name: AnnotationCallName, input: never) => {
    const output: unknown = await ask(library, name, input).catch((error: unknown) => {
      if (IN_PARTS.has(name)) emit('annotations.changed', ANYTHING)
      throw error
    })
    if (hasChanged(output)) emit('annotations.changed', { samples: output.samples, terms: output.terms })
    if (name === 'annotations.setReviewer') emit('annotations.changed', ANYTHING)
    return output as CallOutput<AnnotationCallName>
  }
  const names = Object.keys(annotationCalls) as AnnotationCallName[]
  const handlers = names.map((name) => [name, (input: never) => answer(name, input)])
  return Object.fromEntries(handlers) as HandlersOf<'annotations'>
}

function ask(library: Library, name: AnnotationCallName, input: never): Promise<unknown> {
  const call = name.slice('annotations.'.length) as keyof Library['annotations']
  return (library.annotations[call] as (input: never) => Promise<unknown>)(input)
}

function hasChanged(output: unknown): output is AnnotationChanged {
  if (typeof output !== 'object' || output === null || !('skipped' in output)) return false
  const { step, terms } = output as AnnotationChanged
  return step !== null || terms
}
