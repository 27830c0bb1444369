/** How targets are written: words for those that are found for each sample, and forms with a prefix, as `class:17`. */
import type { TargetPolicy } from './target-policy'

/** Targets that are found for each sample, as they are written. */
export const POLICIES = ['predicted', 'label', 'predicted-label', 'label-predicted', 'predicted-runner-up'] as const
export type Policy = (typeof POLICIES)[number]

/** Names of the classes, by index. */
type ClassNames = Pick<readonly string[], 'length' | 'indexOf'>

interface TargetForm<Kind extends TargetPolicy['kind']> {
  /** What stands before the colon. */
  prefix: string
  /** For sentences that list what can be written; null keeps it out of them. */
  example: string | null
  /** Reads what stands after the colon; a sentence without its full stop where it has no meaning. */
  read(rest: string, labels: ClassNames): Extract<TargetPolicy, { kind: Kind }> | { problem: string }
  /** Writes a target with numbers, so that it means the same whatever classes are called. */
  write(target: Extract<TargetPolicy, { kind: Kind }>): string
}

const FORMS: { [Kind in TargetPolicy['kind']]?: TargetForm<Kind> } = {
  class: {
    prefix: 'class',
    example: 'class:17',
    read: (rest, labels) => withClass(rest, labels, (classIndex) => ({ kind: 'class', classIndex })),
    write: ({ classIndex }) => `class:${classIndex}`,
  },
  query: {
    prefix: 'query',
    example: 'query:3:17',
    read: (rest, labels) => {
      const [, query, name] = /^(\d{1,9}):(.*)$/s.exec(rest) ?? []
      if (query === undefined) return { problem: `"query:${rest}" has to name a query and a class, as query:3:17` }
      return withClass(name!.trim(), labels, (classIndex) => ({ kind: 'query', query: Number(query), classIndex }))
    },
    write: ({ query, classIndex }) => `query:${query}:${classIndex}`,
  },
  best: classForm('best'),
  mask: classForm('mask'),
  truth: classForm('truth'),
  region: {
    prefix: 'region',
    // The id of a drawn region is nothing to be typed, so that this form is in no list.
    example: null,
    read: (rest, labels) => {
      const [, name, region] = /^(\d{1,9}):([\w-]{1,100})$/.exec(rest) ?? []
      if (region === undefined) return { problem: `"region:${rest}" names no region that was drawn on a sample` }
      return withClass(name!, labels, (classIndex) => ({ kind: 'region', classIndex, region }))
    },
    write: ({ classIndex, region }) => `region:${classIndex}:${region}`,
  },
}

const forms = (): TargetForm<TargetPolicy['kind']>[] => Object.values(FORMS) as never

export const formExamples = (): string[] => forms().flatMap(({ example }) => example ?? [])

/** Prefixes with their colon, for completion. */
export const formPrefixes = (): string[] =>
  forms().flatMap(({ prefix, example }) => (example === null ? [] : `${prefix}:`))

/** `PREFIX:CLASS`. */
function classForm<Kind extends 'best' | 'mask' | 'truth'>(kind: Kind) {
  return {
    prefix: kind,
    example: `${kind}:17`,
    read: (rest: string, labels: ClassNames) => withClass(rest, labels, (classIndex) => ({ kind, classIndex })),
    write: ({ classIndex }: { classIndex: number }) => `${kind}:${classIndex}`,
  } as unknown as TargetForm<Kind>
}

/** Reads a text of one of the forms, `3:17` as `query:3:17`; null for a text of none. */
export function readForm(text: string, labels: ClassNames): TargetPolicy | { problem: string } | null {
  const colon = text.indexOf(':')
  if (colon < 0) return null
  if (/^\d{1,9}:\d{1,9}$/.test(text)) return FORMS.query!.read(text, labels)
  const prefix = text.slice(0, colon).trim().toLowerCase()
  return (
    forms()
      .find((form) => form.prefix === prefix)
      ?.read(text.slice(colon + 1).trim(), labels) ?? null
  )
}

/** A target in its form, with numbers; null where its kind has none. */
export function writeForm(target: TargetPolicy): string | null {
  return (FORMS[target.kind] as TargetForm<TargetPolicy['kind']> | undefined)?.write(target) ?? null
}

/** A class by its number, else by its name: after a prefix digits are always a number. */
function withClass<Found>(text: string, labels: ClassNames, found: (classIndex: number) => Found) {
  const index = /^\d{1,9}$/.test(text) ? Number(text) : labels.indexOf(text)
  return index >= 0 && index < labels.length
    ? found(index)
    : { problem: `"${text}" is not one of the ${labels.length} classes (numbers count from 0)` }
}
