/** What a reviewer writes about samples. docs/ANNOTATIONS.md describes the meaning and the files. */

/**
 * - `tag`: any number a sample and reviewer.
 * - `verdict`: at most one a sample and reviewer, out of a list that the user edits.
 * - `note`: at most one a sample and reviewer.
 * - `region`: a rectangle or polygon on the image.
 * - `settled`: the verdict that resolved a conflict between reviewers; filters use it for the sample.
 */
export const ANNOTATION_KINDS = ['tag', 'verdict', 'note', 'region', 'settled'] as const
export type AnnotationKind = (typeof ANNOTATION_KINDS)[number]

/**
 * A shape in pixels of the upright image (turned as its EXIF orientation says): the origin is the top left corner of
 * the top left pixel, x grows to the right, y downward. Fractions are allowed.
 */
export type Shape =
  | { kind: 'rectangle'; x: number; y: number; width: number; height: number }
  /** `[x, y]` of each corner, in order; the last one is joined to the first. */
  | { kind: 'polygon'; points: [x: number, y: number][] }

export interface Annotation {
  sampleId: number
  kind: AnnotationKind
  reviewer: string
  /** A tag's name, a verdict, a note's text, a region's name (may be empty). */
  text: string
  /** Of a region: its id, the same in every project that it is merged into. */
  region: string | null
  shape: Shape | null
  /** The name of the run that was in view, null where none was. */
  run: string | null
  /** ISO 8601 in UTC. */
  createdAt: string
  changedAt: string
}

/** A tag or verdict that the user can choose. */
export interface Term {
  id: number
  name: string
  /** `#rrggbb`. */
  colour: string
  /** Tags: a digit 1 to 9. Verdicts: a letter of VERDICT_HOTKEYS. Null for none. */
  hotkey: string | null
}

export const TAG_HOTKEYS = '123456789'
/** Letters that no screen with a sample uses otherwise. */
export const VERDICT_HOTKEYS = 'asdfghjklqwezxcyi'

/** One change that can be undone: "Tagged 10 samples “clutter”". */
export interface AnnotationStep {
  id: number
  title: string
  samples: number
  madeAt: string
}

/** What the annotating screens share: lists to choose from, who annotates, and what can be undone. */
export interface AnnotationState {
  tags: Term[]
  verdicts: Term[]
  /** Who annotates in this project now. */
  reviewer: string
  /** Everyone whose annotations the project has, in order of name. */
  reviewers: string[]
  /** The reviewer's last step, null where there is none. */
  undo: AnnotationStep | null
  redo: AnnotationStep | null
}

/** The answer to every change. It is given after the change is on the disk (synchronous=FULL). */
export interface AnnotationChanged {
  /** The step that was done, undone or redone; null when nothing changed. */
  step: AnnotationStep | null
  /** Samples whose annotations changed. */
  samples: Uint32Array
  /** Whether the lists of tags and verdicts changed. */
  terms: boolean
  /** Undo and redo: number of entries that were skipped, because they were changed afterwards. */
  skipped: number
}

export interface SampleAnnotations {
  sampleId: number
  /** In order of kind (as ANNOTATION_KINDS), reviewer and time. */
  annotations: Annotation[]
}

/** Annotations of many samples, for tiles. Sample i of `ids` has `tags[starts[i]..starts[i + 1]]`. */
export interface AnnotationMarks {
  ids: Uint32Array
  /** `[ids + 1]` */
  starts: Uint32Array
  /** Ids of tags, by any reviewer. */
  tags: Uint32Array
  /** `[ids]`: the verdict's id: the settled one or the first; 0 for none. */
  verdicts: Uint32Array
  /** `[ids]`: bits of MARK. */
  marks: Uint8Array
}

export const MARK = { note: 1, region: 2, conflict: 4 } as const

/** Counts over the samples of a filter. `value` is the id of the tag or verdict. */
export interface AnnotationFacets {
  tags: { value: number; name: string; count: number }[]
  verdicts: { value: number; name: string; count: number }[]
  annotated: number
}

/** Agreement of two reviewers, over the samples that both gave a verdict. */
export interface ReviewerAgreement {
  a: string
  b: string
  both: number
  alike: number
  /** Cohen's kappa (1960); null where it is undefined: no common samples, or an expected agreement of 1. */
  kappa: number | null
}

/** A sample on which reviewers give different verdicts. */
export interface VerdictConflict {
  sampleId: number
  path: string
  verdicts: { reviewer: string; verdict: string; changedAt: string }[]
  settled: { verdict: string; reviewer: string; changedAt: string } | null
}

export interface Agreement {
  pairs: ReviewerAgreement[]
  /** Open ones first, each in order of path. */
  conflicts: VerdictConflict[]
}

export type AnnotationFormat = 'csv' | 'json'

/** A part of a file of annotations, which is its parts one after the other. */
export interface AnnotationFilePart {
  content: Uint8Array
  /** Annotations that the whole file has, without deleted ones. */
  total: number
  /** Where the next part begins; null after the last one. */
  next: string | null
}

/** The result of an import. Nothing is written when the file cannot be read to its end. */
export interface AnnotationImport extends AnnotationChanged {
  /** Annotations that the file has. */
  read: number
  added: number
  /** Changed here because the file's version of the same reviewer's annotation is later. */
  updated: number
  /** The same here already. */
  same: number
  /** Unchanged here, because the project's version is later. */
  kept: number
  /** Deleted here because the file says that their reviewer did so later. */
  deleted: number
  /** Paths of samples that this project does not have: the first hundred, and how many annotations in all. */
  unknown: { count: number; paths: string[] }
  /** Paths of samples whose image here has other content than the file says. */
  mismatched: { count: number; paths: string[] }
  /** Samples on which reviewers now disagree, and did not before. */
  conflicts: number
}
