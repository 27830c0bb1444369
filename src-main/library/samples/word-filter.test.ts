/** A word without a field, and path:, by columns and by rows, against a search in plain JavaScript. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunInfo } from '@shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionOf, model } from '../library-fixture'
import { Project } from '../project/project'
import { Queries } from '../queries/queries'
import { enrolSamples } from '../run/enrol-samples'
import { ensureRun, readRun } from '../run/run-records'
import { registerFoldCase } from './fold-case'
import { compileFilter } from './testing/compile-filter'
import { ensureDataset, registerSamples } from './sample-keys'

const folder = mkdtempSync(join(tmpdir(), 'headlight-words-'))
const stop = () => undefined
let project: Project
let run: RunInfo
let queries: Queries

interface Known {
  id: number
  path: string
  label: string | null
  /** Index of Coat, Shirt, Bag, which need not be what the label says. */
  classIndex: number | null
  metadata: { place: string }
}
let samples: Known[]

const LABELS = ['skirt', 'Été', 'COAT rack', 'Ångström', 'bag_1%', null, 'Ключ']
const PLACES = ['Müller', 'MÜLLER', 'muller', 'Köln']

beforeAll(async () => {
  project = Project.create(join(folder, 'P.headlight'))
  registerFoldCase(project.cache)
  const root = join(folder, 'images')
  const listed = Array.from({ length: 60 }, (_, i) => ({
    path: `${['train/Coats', 'été', 'VAL/Süß', 'ΟΔΟΣ/\u212aelvin', '\u0130zmir'][i % 5]}/IMG_${String(i).padStart(3, '0')}.png`,
    label: LABELS[i % LABELS.length] ?? null,
    split: null,
    location: join(root, `${i}.png`),
    mask: null,
    metadata: { place: PLACES[i % PLACES.length] ?? '' },
  }))
  const registered = await registerSamples(project, ensureDataset(project, root), root, listed, null)
  samples = registered.map(({ id, path, label }, i) => ({
    ...{ id, path, label },
    classIndex: label === null || i % 4 === 3 ? null : i % 3,
    metadata: { place: PLACES[i % PLACES.length] ?? '' },
  }))
  const runId = ensureRun(project, ensureDataset(project, root), definitionOf(root), model, null)
  enrolSamples(
    project,
    runId,
    registered.map(({ id, location, label }, i) => ({
      ...{ id, file: location, label: samples[i]?.classIndex ?? null, datasetLabel: label, split: null, mask: null },
    })),
    null,
  )
  run = readRun(project, runId)
  queries = new Queries(project)
})
afterAll(async () => {
  await project.close()
  rmSync(folder, { recursive: true })
})

const small = (text: string) => text.toLowerCase().replaceAll('ς', 'σ')
const has = (text: string | null, word: string) => text !== null && small(text).includes(small(word))
const hasWord = ({ path, label, classIndex }: Known, word: string) =>
  has(path, word) ||
  has(label, word) ||
  has(classIndex === null ? null : (run.definition.labels[classIndex] ?? null), word)
const WORDS = [
  ...['coat', 'COAT', 'Skirt', 'shirt', 'rack', 'img_00', '7', '%', '_1', '.png', 'train/', 'nowhere', 'b'],
  ...['ÉTÉ', 'été', 'süß', 'ångström', 'ÅNG', 'КЛЮЧ', 'ключ'],
  ...['kelvin', '\u212aelvin', 'K', 'zmir', 'izmir', 'i', '\u0130z', 'οδοσ', 'οδος', 'Σ'],
]

function found(filter: string, passes: (sample: Known) => boolean): void {
  const wanted = samples.filter(passes).map(({ id }) => id)
  expect([...queries.query(stop, run, filter, 'path', false).ids].sort((a, b) => a - b)).toEqual(wanted)
  const { sql, parameters } = compileFilter(project, run, filter)
  const rows = project.cache
    .prepare<(string | number)[], number>(`SELECT r.sample_id FROM run_sample r WHERE ${sql} ORDER BY r.sample_id`)
    .pluck()
  expect(rows.all(...parameters)).toEqual(wanted)
}

test.each(WORDS)('%j finds what has it in its path, its label or its class, and without it the rest', (word) => {
  const term = `"${word}"`
  found(term, (sample) => hasWord(sample, word))
  found(`-${term}`, (sample) => !hasWord(sample, word))
  found(`path:${term}`, ({ path }) => has(path, word))
  found(`-path:${term} shirt`, (sample) => !has(sample.path, word) && hasWord(sample, 'shirt'))
})

test('words are alternatives with a comma, and all needed without', () => {
  found('coat,Été -rack', (sample) => (hasWord(sample, 'coat') || hasWord(sample, 'été')) && !hasWord(sample, 'rack'))
  found('img skirt', (sample) => hasWord(sample, 'img') && hasWord(sample, 'skirt'))
})

test.each(['müller', 'MULLER', 'köLN'])('meta.place:%s finds that place, whatever the case', (place) => {
  found(`meta.place:${place}`, ({ metadata }) => metadata.place.toLowerCase() === place.toLowerCase())
})
