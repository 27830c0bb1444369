/** Targets: which logit is explained, and how the choice is written and read. */
import { classWords } from './class-name'
import { formExamples, POLICIES, type Policy, readForm, writeForm } from './target-forms'
import { type TargetPolicy, targetSchema } from './target-policy'

const NAMES: Record<Policy, string> = {
  predicted: 'prediction',
  label: 'label',
  'predicted-label': 'prediction − label',
  'label-predicted': 'label − prediction',
  'predicted-runner-up': 'prediction − runner-up',
}

/** "prediction", "label", "prediction − label", "Shirt", "Shirt − Coat". */
export function targetName(target: TargetPolicy, labels: readonly string[]): string {
  const name = (index: number) => classWords(labels, index)
  if (target.kind === 'class') return name(target.classIndex)
  switch (target.kind) {
    case 'contrast':
      return `${name(target.classIndex)} − ${name(target.againstIndex)}`
    case 'query':
      return `${name(target.classIndex)} at query ${target.query}`
    case 'best':
      return `${name(target.classIndex)} at its surest query`
    case 'mask':
      return `${name(target.classIndex)} over its own mask`
    case 'truth':
      return `${name(target.classIndex)} over the dataset's mask`
    case 'region':
      return `${name(target.classIndex)} over a drawn region`
    default:
      return NAMES[target.kind]
  }
}

/** The same with a hyphen for the minus sign: for names that have to be typed. */
export function typedTargetName(target: TargetPolicy, labels: readonly string[]): string {
  return targetName(target, labels).replaceAll('−', '-')
}

export function isPolicy(text: string): text is Policy {
  return (POLICIES as readonly string[]).includes(text)
}

/** Whether the explanation depends on the label of the sample. */
export function needsLabel({ kind }: TargetPolicy): boolean {
  return kind === 'label' || contrastsWithLabel({ kind })
}

/** Whether only samples that were not predicted as their label have such an explanation. */
export function contrastsWithLabel({ kind }: Pick<TargetPolicy, 'kind'>): boolean {
  return kind === 'predicted-label' || kind === 'label-predicted'
}

export function isContrast({ kind }: TargetPolicy): boolean {
  return kind === 'contrast' || kind === 'predicted-runner-up' || contrastsWithLabel({ kind })
}

export function isSameTarget(a: TargetPolicy, b: TargetPolicy): boolean {
  const values = (target: TargetPolicy) => JSON.stringify(targetSchema.parse(target), FIELDS)
  return values(a) === values(b)
}

/** In this order, whatever order an object has them in. */
const FIELDS = ['kind', 'query', 'classIndex', 'againstIndex', 'region']

/** The classes that a target names. */
export function classesOfTarget(target: TargetPolicy): number[] {
  if (!('classIndex' in target)) return []
  return target.kind === 'contrast' ? [target.classIndex, target.againstIndex] : [target.classIndex]
}

/** The reversed contrast; null for a target that is not a contrast. */
export function reversed(target: TargetPolicy): TargetPolicy | null {
  if (target.kind === 'contrast') {
    return { kind: 'contrast', classIndex: target.againstIndex, againstIndex: target.classIndex }
  }
  if (target.kind === 'predicted-label') return { kind: 'label-predicted' }
  return target.kind === 'label-predicted' ? { kind: 'predicted-label' } : null
}

/**
 * Reads a policy, `CLASS`, `CLASS-CLASS` or a form of target-forms.ts (`class:17`); a class by its name in `labels`, else by
 * its index. A policy's word comes first: a class that is called so is chosen by its index. Names may hold hyphens and
 * colons: a whole name comes next, then the forms, then every hyphen or minus sign is tried as the minus. Gives a sentence
 * where the text has no meaning, or several.
 */
export function parseTarget(text: string, labels: readonly string[]): { target: TargetPolicy } | { problem: string } {
  const wanted = text.trim()
  if (isPolicy(wanted)) return { target: { kind: wanted } }
  const single = classOf(wanted, labels)
  if (single !== null) return { target: { kind: 'class', classIndex: single } }
  const formed = readForm(wanted, labels)
  if (formed && !('problem' in formed)) return { target: formed }
  const contrasts = [...wanted.matchAll(/[-−]/g)].flatMap(({ index }) => {
    const [plus, minus] = [partOf(wanted.slice(0, index), labels), partOf(wanted.slice(index + 1), labels)]
    return plus === null || minus === null ? [] : [{ plus, minus }]
  })
  const [found, other] = contrasts
  if (!found && formed) return formed
  if (!found) {
    const forms = formExamples().join(', ')
    return {
      problem: `"${wanted}" is neither one of ${POLICIES.join(', ')} nor a class of the model nor CLASS-CLASS nor written as ${forms}`,
    }
  }
  const { plus, minus } = found
  if (other) {
    const readings = contrasts.map((reading) => `${reading.plus}-${reading.minus}`).join(' or ')
    return { problem: `"${wanted}" can be read in several ways; write it with class numbers, as ${readings}` }
  }
  if (plus === minus) return { problem: `"${wanted}" sets a class against itself` }
  return { target: { kind: 'contrast', classIndex: plus, againstIndex: minus } }
}

/**
 * A text that `parseTarget` reads as this target: with names where they are unambiguous, else with numbers, and with numbers in
 * a form where classes are called as other classes are numbered.
 */
export function targetText(target: TargetPolicy, labels: readonly string[]): string {
  if (target.kind !== 'class' && target.kind !== 'contrast') return writeForm(target) ?? target.kind
  const classes = target.kind === 'class' ? [target.classIndex] : [target.classIndex, target.againstIndex]
  const written = [
    classes.map((index) => labels[index] ?? String(index)),
    classes.map(String),
    classes.map((classIndex) => writeForm({ kind: 'class', classIndex })!),
  ].map((parts) => parts.join('-'))
  const isRead = (text: string) => {
    const read = parseTarget(text, labels)
    return 'target' in read && isSameTarget(read.target, target)
  }
  return written.find(isRead) ?? written.at(-1)!
}

/** A class by name, or by number where the model has that many classes. */
function classOf(text: string, labels: readonly string[]): number | null {
  const word = text.trim()
  const named = labels.indexOf(word)
  if (named >= 0) return named
  return /^\d{1,9}$/.test(word) && Number(word) < labels.length ? Number(word) : null
}

/** One side of a contrast: a class, also as `class:17`. */
function partOf(text: string, labels: readonly string[]): number | null {
  const named = classOf(text, labels)
  if (named !== null) return named
  const formed = readForm(text.trim(), labels)
  return formed && 'kind' in formed && formed.kind === 'class' ? formed.classIndex : null
}
