/** The annotation part of the contract. */
import { z } from 'zod'
import type {
  Agreement,
  AnnotationChanged,
  AnnotationFacets,
  AnnotationFilePart,
  AnnotationImport,
  AnnotationMarks,
  AnnotationState,
  SampleAnnotations,
} from './annotation'
import { TAG_HOTKEYS, VERDICT_HOTKEYS } from './annotation'
import { of } from './call'
import { CHARACTERS_OF_A_POINT, idSchema, idsSchema as ids, LIMITS } from './limits'

const nothing = z.object({})
const sampleId = idSchema
const runId = idSchema
/** Control characters would break lines of tables and terminals. */
const isPrintable = (text: string) => !/\p{Cc}/u.test(text)
const oneLine = (longest: number) =>
  z.string().max(longest).refine(isPrintable, 'it must be one line without control characters')
/** A tag, a verdict or a reviewer. */
export const nameSchema = oneLine(100)
  .transform((text) => text.trim().normalize('NFC'))
  .refine((text) => text !== '', 'a name cannot be empty')
const pixels = z.number().min(-1e6).max(1e6)

export const shapeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rectangle'),
    x: pixels,
    y: pixels,
    width: pixels.positive(),
    height: pixels.positive(),
  }),
  z.object({
    kind: z.literal('polygon'),
    points: z
      .array(z.tuple([pixels, pixels]))
      .min(3)
      .max(2000),
  }),
])

export const noteSchema = z.string().max(20_000)
export const regionIdSchema = z.string().regex(/^[\w-]{1,64}$/)
export const regionNameSchema = oneLine(200)

const hotkeySchema = (hotkeys: string) =>
  z
    .string()
    .length(1)
    .refine((key) => hotkeys.includes(key), `a hotkey is one of ${hotkeys}`)

export const termSchema = (hotkeys: string) =>
  z.object({
    name: nameSchema,
    colour: z.string().regex(/^#[0-9a-f]{6}$/, 'a colour is written #rrggbb'),
    hotkey: hotkeySchema(hotkeys).nullable(),
  })

/** An edited list: `id` is null for a new entry. */
const listSchema = (hotkeys: string) =>
  z.array(termSchema(hotkeys).extend({ id: idSchema.positive().nullable() })).max(1000)

/** One change of a reviewer's annotations. New names of tags and verdicts are added to their lists. */
export const annotationChangeSchema = z.discriminatedUnion('kind', [
  /** `hotkey` becomes the key of a tag without one, unless it is taken. */
  z.object({
    kind: z.literal('tag'),
    ids,
    tag: nameSchema,
    on: z.boolean(),
    hotkey: hotkeySchema(TAG_HOTKEYS).optional(),
  }),
  /** Null takes the verdict away. */
  z.object({ kind: z.literal('verdict'), ids, verdict: nameSchema.nullable() }),
  /** An empty text takes the note away. */
  z.object({ kind: z.literal('note'), ids, text: noteSchema }),
  /** A shape of null takes the region away. `region` is an id that the window makes, such as crypto.randomUUID(). */
  z.object({
    kind: z.literal('region'),
    id: sampleId,
    region: regionIdSchema,
    shape: shapeSchema.nullable(),
    text: regionNameSchema,
  }),
  /** Ends a conflict; null opens it again. */
  z.object({ kind: z.literal('settled'), ids, verdict: nameSchema.nullable() }),
])
export type AnnotationChange = z.input<typeof annotationChangeSchema>

/** Number of samples that the changes name; a sample of several changes is counted for each. */
function samplesOf(changes: readonly z.output<typeof annotationChangeSchema>[]): number {
  return changes.reduce((sum, change) => sum + (change.kind === 'region' ? 1 : change.ids.length), 0)
}

/** Characters that a change writes about each of its samples. */
export function charactersOf(change: AnnotationChange): number {
  switch (change.kind) {
    case 'note':
      return change.text.length
    case 'region':
      return change.shape?.kind === 'polygon' ? change.shape.points.length * CHARACTERS_OF_A_POINT : 0
    default:
      return 0
  }
}

const writtenBy = (change: AnnotationChange) =>
  charactersOf(change) * (change.kind === 'region' ? 1 : change.ids.length)

export const annotationCalls = {
  'annotations.state': of<AnnotationState>().with(nothing),
  'annotations.ofSamples': of<SampleAnnotations[]>().with(z.object({ ids })),
  'annotations.marks': of<AnnotationMarks>().with(z.object({ ids })),
  'annotations.facets': of<AnnotationFacets>().with(z.object({ runId, filter: z.string().max(2000) })),
  /** All changes are one transaction and one step of undo; `LIMITS.changed` samples and `LIMITS.changedCharacters` at most. `reviewer` is the project's where it is left out. */
  'annotations.change': of<AnnotationChanged>().with(
    z.object({
      changes: z
        .array(annotationChangeSchema)
        .min(1)
        .max(LIMITS.changed)
        .refine((changes) => samplesOf(changes) <= LIMITS.changed, `they are about more than ${LIMITS.changed} samples`)
        .refine(
          (changes) => changes.reduce((sum, change) => sum + writtenBy(change), 0) <= LIMITS.changedCharacters,
          `they write more than ${LIMITS.changedCharacters} characters; send a page at a time`,
        ),
      /** Makes changes of several calls one step of undo: all of them have the same text, with no other call in between. */
      step: z.string().min(1).max(64).optional(),
      reviewer: nameSchema.optional(),
      runId: runId.nullish(),
    }),
  ),
  'annotations.undo': of<AnnotationChanged>().with(nothing),
  'annotations.redo': of<AnnotationChanged>().with(nothing),
  /** Replaces a list. Renaming an entry renames it in all annotations; removing an entry deletes its annotations. */
  'annotations.setTags': of<AnnotationChanged>().with(z.object({ tags: listSchema(TAG_HOTKEYS) })),
  'annotations.setVerdicts': of<AnnotationChanged>().with(z.object({ verdicts: listSchema(VERDICT_HOTKEYS) })),
  'annotations.setReviewer': of<AnnotationState>().with(z.object({ name: nameSchema })),
  'annotations.agreement': of<Agreement>().with(nothing),
  /**
   * A part of the file, `LIMITS.exportBytes` long; with a run only the samples of the filter. `after` is what the part before
   * gave as `next`. An annotation that changes between two parts is in the file as it was or as it is.
   */
  'annotations.export': of<AnnotationFilePart>().with(
    z.object({
      format: z.enum(['csv', 'json']),
      runId: runId.nullish(),
      filter: z.string().max(2000).optional(),
      after: z.string().max(2000).nullish(),
    }),
  ),
  /** `name` is the file's, for messages. The content tells the format. */
  'annotations.import': of<AnnotationImport>().with(
    z.object({
      name: z.string().max(LIMITS.path),
      content: z
        .instanceof(Uint8Array)
        .refine(
          ({ byteLength }) => byteLength <= LIMITS.importBytes,
          'the file has more than 4 MiB; headlight annotate --import FILE takes larger ones',
        ),
    }),
  ),
  /** The last sample of a view that triage showed, null where it never began. `view` is any text that identifies the view. */
  'annotations.place': of<{ id: number } | null>().with(z.object({ view: z.string().max(4096) })),
  'annotations.keepPlace': of<null>().with(z.object({ view: z.string().max(4096), id: sampleId })),
} as const

export type AnnotationCalls = typeof annotationCalls
export type AnnotationCallName = keyof AnnotationCalls
