import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { needsLabel } from '@shared/targets'
import type { Certificate } from '@headlight/explain/report'
import type { ModelInfo, RunDefinition } from '@shared/api'
import { takeInTurn } from '../../datasets/in-turn'
import { type Match, matchClasses } from '../../datasets/match-classes'
import { datasetMasks } from '../../datasets/mask/dataset-masks'
import { listingNotes } from '../../datasets/listing-notes'
import { matchNotes } from '../../datasets/match-notes'
import { openDataset } from '../../datasets/open-dataset'
import { assertOrder } from '../../datasets/report'
import { knownSpelling } from '../../datasets/same-file'
import type { ListOptions } from '../../datasets/source'
import type { Project } from '../project/project'
import { ensureDataset, registerSamples } from '../samples/sample-keys'
import type { BegunRun, ListedDataset } from './api'
import { enrolSamples } from './enrol-samples'
import { keepMaskRule, masksAssumed } from './mask-rule'
import { noteMatching } from './run-labels'
import { ensureRun, keepInDefinition, readRun, writeMapPrecision } from './run-records'

/**
 * Lists the dataset, then finds the run of this definition and model, or creates it. Files that appeared since join
 * it, pending ones that vanished leave it, failed ones that may succeed now become pending again; results stay.
 */
export async function beginRun(
  project: Project,
  { maskRule: _rule, datasetNotes: _notes, ...asked }: RunDefinition,
  model: ModelInfo,
  certificate: Certificate | null,
  options?: ListOptions,
): Promise<BegunRun> {
  const definition = inKnownSpelling(project, asked)
  const source = await openDataset(definition.dataPath)
  const { labelSource = 'auto', labels, labelKeys, numbersFrom, matchByOrder } = definition
  const listing = await source.list({ ...options, labelSource, classes: labels })
  const { samples, numbered, problems, labelsFrom } = listing
  const matches = matchLabels(samples, definition, numbered)
  const classNames = { labels, keys: labelKeys ?? null }
  if (matchByOrder) assertOrder(matches, classNames)
  const { assumed, offer } = matchNotes(matches, classNames, numbersFrom)
  if (needsLabel(definition.target) && ![...matches.values()].some(({ classIndex }) => classIndex !== null)) {
    throw new HeadlightError(
      'no-label',
      'None of the images has a label that the model knows, so there is no label to explain. Match the labels with the classes, or choose another target.',
    )
  }

  const choice = { kind: definition.maskKind, void: definition.maskVoid }
  const classOf = (label: string) => matches.get(label)?.classIndex ?? null
  const masks = await datasetMasks(source.root, samples, definition.masksPath, choice, classOf)
  const maskOf = new Map(samples.map(({ path }, index) => [path, masks?.of[index] ?? null]))

  const datasetId = ensureDataset(project, source.root)
  const registered = await registerSamples(project, datasetId, source.root, samples, labelsFrom?.from ?? null)
  const chosen = takeInTurn(registered, definition.limit ?? Infinity)
  const runId = ensureRun(project, datasetId, definition, model, certificate)
  const classes = keepLabels(project, runId, matches)
  enrolSamples(
    project,
    runId,
    chosen.map((sample) => ({
      id: sample.id,
      file: sample.location,
      label: sample.label === null ? null : (classes.get(sample.label) ?? null),
      datasetLabel: sample.label,
      split: sample.split,
      mask: maskOf.get(sample.path) ?? null,
    })),
    definition.limit,
  )
  noteMatching(project, runId)
  writeMapPrecision(project, runId)
  keepMaskRule(project, runId, readRun(project, runId).definition, masks?.rule ?? null)
  const { passedOver } = listing
  const told = {
    ...{ labelsFrom, passedOver },
    problems: [...problems, ...(masks?.problems ?? [])],
    assumed: [...listing.assumed, ...assumed, ...masksAssumed(masks, readRun(project, runId).definition.maskRule)],
  }
  keepInDefinition(project, runId, 'datasetNotes', listingNotes(told))
  const stored = [...matches].map(([label, { by }]) => ({ label, by, classIndex: classes.get(label) ?? null }))
  const listed: ListedDataset = {
    ...told,
    offer,
    classes: definition.labels,
    labels: stored.length,
    byOrder: stored.filter(({ by, classIndex }) => by === 'order' && classIndex !== null).length,
    unmatched: stored.filter(({ classIndex }) => classIndex === null).map(({ label }) => label),
  }
  return { ...readRun(project, runId), listed }
}

/** The definition with the paths by which the project already knows the dataset and its masks. */
function inKnownSpelling({ review }: Project, definition: RunDefinition): RunDefinition {
  const known = (field: 'dataPath' | 'masksPath') =>
    review
      .prepare<[string], string | null>(`SELECT DISTINCT definition ->> ? FROM run`)
      .pluck()
      .all(`$.${field}`)
      .filter((path) => path !== null)
  const { dataPath, masksPath } = definition
  return {
    ...definition,
    dataPath: knownSpelling(resolve(dataPath), known('dataPath')),
    masksPath: masksPath === null ? null : knownSpelling(resolve(masksPath), known('masksPath')),
  }
}

/** How each label of the samples is matched. */
function matchLabels(
  samples: { label: string | null }[],
  { labels, labelKeys, labelMapping, numbersFrom, matchByOrder, task }: RunDefinition,
  numbered: boolean,
): Map<string, Match> {
  const found = new Set(samples.flatMap(({ label }) => (label === null ? [] : [label])))
  // A number has no classes that a label could mean.
  if (task === 'regression') return new Map([...found].map((label) => [label, { classIndex: null, by: null }]))
  return matchClasses(
    [...found],
    { labels, keys: labelKeys ?? null },
    { numbered, mapping: labelMapping, numbersFrom, byOrder: matchByOrder },
  )
}

/** Class index by label as the run began with, kept with it so that a rebuilt cache means the same labels. */
function keepLabels(project: Project, runId: number, matches: ReadonlyMap<string, Match>): Map<string, number | null> {
  const insert = project.review.prepare(
    `INSERT OR IGNORE INTO run_label (run_id, folder, class_index) VALUES (?, ?, ?)`,
  )
  project.review.transaction(() => {
    for (const [label, { classIndex }] of matches) insert.run(runId, label, classIndex)
  })()
  const rows = project.review
    .prepare<[number], { folder: string; class_index: number | null }>(
      `SELECT folder, class_index FROM run_label WHERE run_id = ?`,
    )
    .all(runId)
  return new Map(rows.map((row) => [row.folder, row.class_index]))
}
