/** Targets as addresses write them: by class numbers, since names change and hold any sign. */
import { readForm, writeForm } from '@shared/target-forms'
import type { TargetPolicy } from '@shared/target-policy'
import { isPolicy } from '@shared/targets'

/** `predicted-label`, `3`, `3-5`, `best_3`, `query_2_3`: a policy by its word, classes by number, for addresses. */
export function writeTarget(target: TargetPolicy): string {
  if (target.kind === 'class') return String(target.classIndex)
  if (target.kind === 'contrast') return `${target.classIndex}-${target.againstIndex}`
  // Addresses of panes have no colons.
  return writeForm(target)?.replaceAll(':', '_') ?? target.kind
}

/** Null for a text that is not a target. */
export function readTarget(text: string): TargetPolicy | null {
  if (isPolicy(text)) return { kind: text }
  const formed = readForm(text.replaceAll('_', ':'), ANY_CLASS)
  if (formed) return 'kind' in formed ? formed : null
  const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text)
  if (!match) return null
  const classIndex = Number(match[1])
  if (match[2] === undefined) return { kind: 'class', classIndex }
  const againstIndex = Number(match[2])
  return classIndex === againstIndex ? null : { kind: 'contrast', classIndex, againstIndex }
}

/** Whether a class is there, the model says when it is asked. */
const ANY_CLASS = { length: 1e7, indexOf: () => -1 }
