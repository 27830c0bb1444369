/** Targets as addresses write them: by class numbers, since names change and hold any sign. */
import { isPolicy, type TargetPolicy } from '@shared/targets'

/** `predicted-label`, `3`, `3-5`: a policy by its word, classes by number, for addresses. */
export function writeTarget(target: TargetPolicy): string {
  if (target.kind === 'class') return String(target.classIndex)
  return target.kind === 'contrast' ? `${target.classIndex}-${target.againstIndex}` : target.kind
}

/** Null for a text that is not a target. */
export function readTarget(text: string): TargetPolicy | null {
  if (isPolicy(text)) return { kind: text }
  const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text)
  if (!match) return null
  const classIndex = Number(match[1])
  if (match[2] === undefined) return { kind: 'class', classIndex }
  const againstIndex = Number(match[2])
  return classIndex === againstIndex ? null : { kind: 'contrast', classIndex, againstIndex }
}
