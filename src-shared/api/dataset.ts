import type { MaskKind } from '../masks'

/** Class index of the model by label of the dataset, as the user matched them; null is not a class of the model. */
export type LabelMapping = [label: string, classIndex: number | null][]

/** The class of the model that a label of the dataset means. */
export interface ClassMatch {
  /** The label as the dataset writes it: a folder's name, a class name or number. */
  folder: string
  count: number
  /** Class index in the model, null when unmatched. */
  classIndex: number | null
  /** How it was matched, null when it was not. 'order' is a guess, made only when it was asked for. */
  by: 'given' | 'name' | 'synset' | 'number' | 'one-based number' | 'order' | null
}

/** What a dataset looks like before anything is computed. */
export interface DatasetReport {
  path: string
  /** What it is, for people: "Image folder", "Zip archive". */
  kind: string
  count: number
  /** By label, in natural order. */
  classes: ClassMatch[]
  /** First few files, relative paths, for a preview. */
  preview: string[]
  /**
   * Where the masks lie: their folder, or the dataset itself where it names them; samples with one; their kind, null where it
   * cannot be told, the value that counts for neither side, and how they are read, in words.
   */
  masks: { path: string; count: number; kind: MaskKind | 'box' | null; void: number | null; rule: string } | null
  /** Names of what else is known of the samples, for `meta.NAME:value` in filters. */
  metadata: string[]
  /** Sentences about what looks wrong; none of them is an error here. */
  problems: string[]
  /** Images without a label. */
  unlabelled: number
  labelsFrom: LabelsFrom | null
  labelChoices: LabelChoice[]
  /** Parts of the dataset with their images, in natural order. */
  splits: { split: string; count: number }[]
  passedOver: PassedOver[]
  /** Assumptions, in sentences. */
  assumed: string[]
  /** The matching by order, offered where no label matches by name or number; null where none is offered. */
  byOrder: LabelMapping | null
}

/** Something that lies in a dataset and is not read. */
export interface PassedOver {
  /** A file ending (`.tga`), a table (`table train.csv`), or a kind of row (`rows without an image`). */
  what: string
  count: number
  /** Why, and what to do where something can be done. */
  why: string
}

export interface LabelsFrom {
  /** `folder level 2`, `metadata.jsonl`, `column label`, `.cls`. */
  from: string
  /** The level of the path that is the label, counted from 1; null where labels are from elsewhere. */
  level: number | null
  /** A path with the label at its end, `train/n01440764/..`; null where the label is not a folder. */
  example?: string | null
}

/** Where labels are taken from: as the dataset is laid out, nowhere, a level of the path from 1, or a table by its name. */
export type LabelSource = 'auto' | 'none' | number | string

/** A place that labels can be taken from. */
export interface LabelChoice {
  source: LabelSource
  /** `folder level 2`, `train.csv`. */
  name: string
  /** Different labels there, null where they were not counted. */
  labels: number | null
  example: string | null
}

/** A sample of the preview, small. */
export interface DatasetPicture {
  /** Relative to the dataset. */
  path: string
  label: string | null
  /** An encoded image, null where it could not be read. */
  image: Uint8Array | null
  error: string | null
}

/** The model's input for a sample, as a picture. */
export interface InputPreview {
  path: string
  /** Null where the sample could not be prepared. */
  input: ModelInput | null
  error: string | null
}

export interface ModelInput {
  /** Of the tensor. */
  width: number
  height: number
  /** The tensor turned back into levels, 8-bit RGB `[height, width, 3]`. */
  rgb: Uint8Array
  /** Smallest and largest value of the tensor, by channel. */
  range: [low: number, high: number][]
  /** Of the upright original. */
  original: { width: number; height: number }
  /** The part of the original that is seen, in shares of its size; beyond it where the crop pads. */
  seen: { left: number; top: number; right: number; bottom: number }
}

export interface FolderEntry {
  name: string
  kind: 'folder' | 'model' | 'project' | 'dataset' | 'image' | 'file'
  bytes: number
  /** The kind of a file by its name, with a note about it. */
  note: string | null
}

export interface FolderListing {
  path: string
  parent: string | null
  entries: FolderEntry[]
  /** Places to start from: home, the demo, drives. */
  roots: { name: string; path: string }[]
}
