/** Which logit is explained: what a user may choose, how it is written and how it is read. */
import { z } from 'zod'

const classIndex = z.number().int().nonnegative()

export const targetSchema = z.discriminatedUnion('kind', [
  /** The class with the highest logit. */
  z.object({ kind: z.literal('predicted') }),
  /** The sample's label; samples without one that the model knows have no such explanation. */
  z.object({ kind: z.literal('label') }),
  z.object({ kind: z.literal('class'), classIndex }),
  /** logit[classIndex] - logit[againstIndex]: what speaks for the one rather than the other. */
  z.object({ kind: z.literal('contrast'), classIndex, againstIndex: classIndex }),
])

export type TargetPolicy = z.infer<typeof targetSchema>

/** "prediction", "label", "Shirt", "Shirt - Coat". */
export function targetName(target: TargetPolicy, labels: readonly string[]): string {
  const name = (index: number) => labels[index] ?? `class ${index}`
  if (target.kind === 'predicted') return 'prediction'
  if (target.kind === 'label') return 'label'
  if (target.kind === 'class') return name(target.classIndex)
  return `${name(target.classIndex)} - ${name(target.againstIndex)}`
}

/**
 * Reads `predicted`, `label`, `CLASS` or `CLASS-CLASS`; a class by its name in `labels`, else by its index. Names may
 * hold hyphens: a whole name comes first, then every hyphen is tried as the minus. Gives a sentence where the text
 * means nothing, or several things.
 */
export function parseTarget(text: string, labels: readonly string[]): { target: TargetPolicy } | { problem: string } {
  const wanted = text.trim()
  if (wanted === 'predicted' || wanted === 'label') return { target: { kind: wanted } }
  const single = classOf(wanted, labels)
  if (single !== null) return { target: { kind: 'class', classIndex: single } }
  const contrasts = [...wanted.matchAll(/-/g)].flatMap(({ index }) => {
    const [plus, minus] = [classOf(wanted.slice(0, index), labels), classOf(wanted.slice(index + 1), labels)]
    return plus === null || minus === null ? [] : [{ plus, minus }]
  })
  const [found, other] = contrasts
  if (!found) return { problem: `"${wanted}" is neither predicted, label, a class of the model nor CLASS-CLASS` }
  const { plus, minus } = found
  if (other) {
    const readings = contrasts.map((reading) => `${reading.plus}-${reading.minus}`).join(' or ')
    return { problem: `"${wanted}" can be read in several ways; write it with class numbers, as ${readings}` }
  }
  if (plus === minus) return { problem: `"${wanted}" sets a class against itself` }
  return { target: { kind: 'contrast', classIndex: plus, againstIndex: minus } }
}

/** A class by name, or by number where the model has that many classes. */
function classOf(text: string, labels: readonly string[]): number | null {
  const word = text.trim()
  const named = labels.indexOf(word)
  if (named >= 0) return named
  return /^\d{1,9}$/.test(word) && Number(word) < labels.length ? Number(word) : null
}
