import type { DatasetReport, LabelMapping } from '@shared/api'
import { labelsSentence } from '@shared/labels-from'
import { HeadlightError } from '@shared/errors'
import { type Match, matchClasses, type ModelClasses } from './match-classes'
import { matchNotes } from './match-notes'
import { whyNoOrder } from './match-order'
import { datasetMasks, kindOfMasks } from './mask/dataset-masks'
import { naturalOrder } from './natural-order'
import { openDataset } from './open-dataset'
import type { DatasetListing, DatasetSample, LabelsFrom, ListOptions } from './source'

const PREVIEW = 12

/** How a dataset is read and matched. */
export interface ReadOptions extends ListOptions {
  /** Labels that were matched by hand. */
  mapping?: LabelMapping
  /** What the numbers of that mapping count from, where it was asked for. */
  numbersFrom?: 0 | 1
  matchByOrder?: boolean
}

/** A dataset as it is read, with its labels matched where the model is known. */
export interface ReadDataset {
  root: string
  kind: string
  listing: DatasetListing
  /** Images by label, labels in natural order. */
  counts: Map<string, number>
  /** By label; null without a model. */
  matches: Map<string, Match> | null
  /** What was taken for granted, the matching included. */
  assumed: string[]
  /** A matching by order that could be asked for. */
  offer: LabelMapping | null
}

/**
 * Lists a dataset and matches its labels; `model` is what the model calls its classes, null without one. Throws 'usage' where
 * a matching by order is asked for that there is none of.
 */
export async function readDataset(
  path: string,
  model: ModelClasses | null,
  { mapping, numbersFrom, matchByOrder = false, ...options }: ReadOptions = {},
): Promise<ReadDataset> {
  const source = await openDataset(path)
  const listing = await source.list({ ...options, classes: model?.labels })
  const found = new Map<string, number>()
  for (const { label } of listing.samples) if (label !== null) found.set(label, (found.get(label) ?? 0) + 1)
  const counts = new Map([...found].sort(([a], [b]) => naturalOrder(a, b)))
  const { root, kind } = source
  const read = { root, kind, listing, counts, matches: null, assumed: listing.assumed, offer: null }
  if (model === null) return read
  const { numbered } = listing
  const matches = matchClasses([...counts.keys()], model, { numbered, mapping, numbersFrom, byOrder: matchByOrder })
  const { assumed, offer } = matchNotes(matches, model, numbersFrom)
  if (matchByOrder) assertOrder(matches, model)
  return { ...read, matches, assumed: [...listing.assumed, ...assumed], offer }
}

/** Throws 'usage' where a matching by order was asked for and cannot be made; that it is not needed is not an error. */
export function assertOrder(matches: ReadonlyMap<string, Match>, { labels }: ModelClasses): void {
  if ([...matches.values()].some(({ classIndex }) => classIndex !== null) || matches.size === 0) return
  const why = whyNoOrder([...matches.keys()], labels)
  throw new HeadlightError('usage', `The labels cannot be matched with the classes by order: ${why}.`)
}

/** What a dataset looks like before anything is computed. */
export async function reportDataset(
  path: string,
  model: ModelClasses | null,
  options?: ReadOptions,
): Promise<{ report: DatasetReport; preview: DatasetSample[] }> {
  const { root, kind, listing, counts, matches, assumed, offer } = await readDataset(path, model, options)
  const { samples, problems, passedOver, labelsFrom, labelChoices = [] } = listing
  const masks = await datasetMasks(root, samples, null, {}, (label) => matches?.get(label)?.classIndex ?? null)
  const classes = [...counts].map(([folder, count]) => ({
    ...{ folder, count },
    ...(matches?.get(folder) ?? { classIndex: null, by: null }),
  }))
  const all = [...problems, ...(masks?.problems ?? [])]
  const unmatched = model === null ? [] : classes.filter((entry) => entry.classIndex === null)
  if (unmatched.length > 0) all.push(unmatchedSentence(unmatched.map(({ folder }) => folder)))
  const step = Math.max(1, Math.floor(samples.length / PREVIEW))
  const preview = samples.filter((_, index) => index % step === 0).slice(0, PREVIEW)
  const report: DatasetReport = {
    ...{ path: root, kind, classes, labelsFrom, labelChoices, passedOver },
    assumed: [...assumed, ...(masks?.assumed ?? [])],
    count: samples.length,
    preview: preview.map((sample) => sample.path),
    masks: masks && { path: masks.path, count: masks.count, ...kindOfMasks(masks) },
    metadata: columnsOf(samples),
    problems: all,
    unlabelled: samples.filter(({ label }) => label === null).length,
    splits: splitsOf(samples),
    byOrder: offer,
  }
  return { report, preview }
}

/** Names of what else is known of the samples. */
export function columnsOf(samples: readonly DatasetSample[]): string[] {
  return [...new Set(samples.flatMap(({ metadata }) => Object.keys(metadata ?? {})))]
}

/** Images by split, in natural order; empty for a dataset without any. */
export function splitsOf(samples: readonly DatasetSample[]): { split: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { split } of samples) if (split !== null) counts.set(split, (counts.get(split) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => naturalOrder(a, b)).map(([split, count]) => ({ split, count }))
}

/** Where the labels come from, shown to the user before any number. */
export function labelsNote(labelsFrom: LabelsFrom | null): string {
  return `${labelsSentence(labelsFrom)}.`
}

function unmatchedSentence(folders: string[]): string {
  const shown = folders.slice(0, 3).join(', ')
  const more = folders.length > 3 ? ` and ${folders.length - 3} more` : ''
  return `No class of the model is named ${shown}${more}; these images count as unlabelled.`
}
