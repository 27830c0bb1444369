import { rmSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { METHOD_IDS } from '@headlight/explain/methods'
import type { CallInput, RunInfo } from '@shared/api'
import { allAnnotationParts } from '@shared/api/annotation-parts'
import { LIMITS } from '@shared/api/limits'
import { HeadlightError } from '@shared/errors'
import { METRIC_GROUPS } from '@shared/evaluation/metrics'
import { type RecipeInput, recipeSchema } from '@shared/figure/recipe'
import type { ServedWindow } from './served-window'

/** The most that one call of the contract may ask for, or as much as the bench's project has. */
export interface WorstCall {
  name: string
  make(): Promise<unknown>
}

export interface WorstCallsOf {
  window: ServedWindow
  run: RunInfo
  /** Of every sample. */
  ids: Uint32Array
  /** A folder that exports and backups of the bench may be written to. */
  scratch: string
  /** Sends bytes that are not a message of a window. */
  sendGarbage(bytes: Uint8Array): Promise<void>
}

/** A megabyte of lists within lists. */
const DEEP = new Uint8Array(1_000_000).fill(0x91)
/** Four million empty maps in one list. */
const EMPTY = Uint8Array.from([0xdd, 0, 0x40, 0, 0, ...new Uint8Array(0x400000).fill(0x80)])

const FORMATS = [
  ['predictions', 'parquet'],
  ['scores', 'csv'],
  ['maps', 'npz'],
  ['annotations', 'json'],
  ['report', 'html'],
] as const

/** Evaluations of every sample; the bench's model is not there, so that none is computed. */
const MAPS: CallInput<'evaluations.start'>['request'] = {
  ...{ what: 'maps', metrics: [...METRIC_GROUPS], methods: [...METHOD_IDS], fill: 'both', steps: 20 },
  ...{ filter: '', limit: null },
}
const HEADS: CallInput<'evaluations.start'>['request'] = {
  ...{ what: 'heads', kind: 'zero', withPruning: true, filter: '', limit: null },
}

/** Every kind of call that reads or changes much, each asking for as much as it may. */
export async function worstCalls({ window, run, ids, scratch, sendGarbage }: WorstCallsOf): Promise<WorstCall[]> {
  const runId = run.id
  const random = picker(ids)
  const page = () => Uint32Array.from({ length: LIMITS.ids }, random)
  const [method] = run.definition.methods
  const rename = await tagRenamer(window)
  const imported = await importedFile(window)
  const matches = await window.call('run.labels', { runId })
  let matched = 0
  /** Every label gets a different class each time, so that every sample's outcome changes. */
  const mapping = () => {
    matched++
    return matches.map(({ folder }, index): [string, number] => [folder, (index + matched) % matches.length])
  }
  const call = (name: string, make: () => Promise<unknown>): WorstCall => ({ name, make })
  const query = (filter: string, sort: CallInput<'samples.query'>['sort']) =>
    window.weigh('samples.query', { runId, filter, sort, descending: true })

  return [
    call('samples.rows, a page at random', () => window.weigh('samples.rows', { runId, ids: page() })),
    call('samples.maps, a page at random', () => window.weigh('samples.maps', { runId, ids: page(), method: method! })),
    call('annotations.ofSamples and marks, a page', async () => {
      await window.weigh('annotations.ofSamples', { ids: page() })
      await window.weigh('annotations.marks', { ids: page() })
    }),
    call('samples.query, all ids', () => query('', 'confidence')),
    call('samples.query by annotations', () => query('annotated:true -tag:clutter', 'annotated')),
    call('samples.query by path and text', () => query('path:7777 note:edge', 'label')),
    call('samples.query, the longest filter', () => query(longestFilter(), 'path')),
    call('samples.query by a head', () => query('head(3,4)>0.05', 'head(7,2)')),
    call('samples.query by sum A o G', () => query('taylor(3,4)>0 -taylor(11,11)<0', 'taylor(7,2)')),
    call('samples.query by what evaluations measured', () =>
      query('saco(gmar_l1)>0 -deletion_mean(rollout)>0.5', 'saco(rollout)'),
    ),
    call('facets and counts of annotations', async () => {
      await window.weigh('samples.facets', { runId, filter: '' })
      await window.weigh('annotations.facets', { runId, filter: '' })
    }),
    call('stats.heads by class', () => window.weigh('stats.heads', { runId, by: 'class', filter: '', norm: 'l1' })),
    call('stats.heads of sum A o G by class', () =>
      window.weigh('stats.heads', { runId, by: 'class', filter: '', norm: 'taylor' }),
    ),
    call('stats.difference of sum A o G', () =>
      window.weigh('stats.difference', {
        ...{ runId, filterA: 'correct:true', filterB: 'correct:false', norm: 'taylor', stratified: false },
      }),
    ),
    call('stats.difference, stratified', () =>
      window.weigh('stats.difference', {
        runId,
        filterA: 'correct:true',
        filterB: 'correct:false',
        norm: 'l2',
        stratified: true,
      }),
    ),
    call('stats.confusion', () => window.weigh('stats.confusion', { runId, filter: '' })),
    call('annotations.agreement', () => window.weigh('annotations.agreement', {})),
    call('annotations.export, a part', () => window.weigh('annotations.export', { format: 'json' })),
    call('annotations.change, the most verdicts', () =>
      window.weigh('annotations.change', {
        changes: [
          { kind: 'verdict', ids: Uint32Array.from({ length: LIMITS.changed }, random), verdict: oneOf(random()) },
        ],
      }),
    ),
    call('annotations.change, the most notes', () =>
      window.weigh('annotations.change', {
        changes: [
          {
            kind: 'note',
            ids: Uint32Array.from({ length: LIMITS.changedCharacters / NOTE_CHARACTERS }, random),
            text: longNote(random()),
          },
        ],
      }),
    ),
    call('annotations.undo and redo of it', async () => {
      await window.weigh('annotations.undo', {})
      await window.weigh('annotations.redo', {})
    }),
    call('annotations.import of 4 MiB', () => window.weigh('annotations.import', imported())),
    call('annotations.undo and redo of the import', async () => {
      await window.weigh('annotations.undo', {})
      await window.weigh('annotations.redo', {})
    }),
    call('annotations.setTags, a tag renamed', rename),
    call('run.matchLabels, all labels', () => window.weigh('run.matchLabels', { runId, labelMapping: mapping() })),
    call('run.delete and undelete', async () => {
      await window.weigh('run.delete', { runId })
      await window.weigh('run.undelete', { runId })
    }),
    call('evaluations.estimate of maps, all samples', () =>
      window.weigh('evaluations.estimate', { runId, request: MAPS, measure: false }),
    ),
    call('evaluations.estimate of heads, all samples', () =>
      window.weigh('evaluations.estimate', { runId, request: HEADS, measure: false }),
    ),
    call('evaluations.list', () => window.weigh('evaluations.list', { runId })),
    call('evaluations.start, all samples, and remove', async () => {
      const { id } = await window.call('evaluations.start', { runId, request: HEADS })
      await window.weigh('evaluations.remove', { runId, id })
    }),
    call('project.places and app.report', async () => {
      await window.weigh('project.places', {})
      await window.weigh('app.report', {})
    }),
    call('project.check', () => window.weigh('project.check', { deep: false })),
    call('project.previewRelink', () =>
      window.weigh('project.previewRelink', { datasetId: 1, path: run.definition.dataPath }),
    ),
    call('dataset.scan', () => window.weigh('dataset.scan', { path: run.definition.dataPath })),
    call('figures.preview, confusions of every class', () =>
      window.weigh('figures.preview', { recipe: figure({ kind: 'confusion' }) }),
    ),
    call('figures.write, heads by every class as PDF', () =>
      window.weigh('figures.write', { recipe: figure({ kind: 'class-heads' }), format: 'pdf' }),
    ),
    call('figures.write, heads by every class as PNG', () =>
      window.weigh('figures.write', { recipe: figure({ kind: 'class-heads' }), format: 'png' }),
    ),
    ...FORMATS.map(([what, format]) =>
      call(`exports.start ${what} as ${format}`, () => exported(window, runId, what, format, scratch)),
    ),
    call('a message of lists within lists', () => sendGarbage(DEEP)),
    call('a message of four million empty maps', () => sendGarbage(EMPTY)),
  ]
}

/** Starts an export and waits until the file is there. */
async function exported(
  window: ServedWindow,
  runId: number,
  what: CallInput<'exports.start'>['what'],
  format: string,
  scratch: string,
): Promise<number> {
  const out = join(scratch, `${what}.${format}`)
  rmSync(out, { force: true })
  const { id } = await window.call('exports.start', { runId, what, format, filter: '', out })
  for (;;) {
    await wait(100)
    const job = (await window.call('exports.list', {})).find((each) => each.id === id)
    if (job?.state === 'finished') return statSync(out).size
    if (job?.state !== 'running') {
      throw new HeadlightError('internal', `The export of ${what} ended: ${job?.error?.message ?? job?.state}`)
    }
  }
}

/** Gives the tag that has most annotations one name after the other. */
async function tagRenamer(window: ServedWindow): Promise<() => Promise<unknown>> {
  const { tags } = await window.call('annotations.state', {})
  let round = 0
  return () => {
    round++
    const renamed = tags.map((tag, index) => (index === 0 ? { ...tag, name: `renamed ${round}` } : tag))
    return window.weigh('annotations.setTags', { tags: renamed })
  }
}

/** The project's own annotations as another reviewer's, each time later and with other words: all of them are new. */
async function importedFile(window: ServedWindow): Promise<() => CallInput<'annotations.import'>> {
  const parts = await allAnnotationParts((after) => window.call('annotations.export', { format: 'json', after }))
  const text = Buffer.concat(parts).toString('utf8')
  const { annotations } = JSON.parse(text) as { annotations: Record<string, string>[] }
  let round = 0
  return () => {
    round++
    const lines: string[] = []
    const changedAt = new Date(Date.now() + round * 1000).toISOString()
    const head = '{"format":"headlight-annotations","version":1,"annotations":['
    let size = head.length
    for (const { sample, hash } of annotations) {
      for (const kind of ['note', 'verdict']) {
        const text = kind === 'note' ? `imported ${round}` : `verdict ${round % 2}`
        const line = JSON.stringify({ sample, hash, kind, text, reviewer: 'other', changedAt })
        if (size + line.length + 3 > LIMITS.importBytes) break
        size += line.length + 1
        lines.push(line)
      }
    }
    return { name: 'other.json', content: new Uint8Array(Buffer.from(`${head}${lines.join(',')}]}`)) }
  }
}

const figure = (content: RecipeInput['content']) => recipeSchema.parse({ version: 1, name: 'Bench', content })

/** As many terms as fit, none of which a column knows. */
function longestFilter(): string {
  let filter = '-path:0'
  for (let term = 1; filter.length < LIMITS.filter - 20; term++) filter += ` -path:${term}_x`
  return filter
}

const NOTE_CHARACTERS = 20_000
const longNote = (seed: number) =>
  `The background decides, not the object. ${seed} `.repeat(400).slice(0, NOTE_CHARACTERS)
const oneOf = (seed: number) => (seed % 2 === 0 ? 'fine' : 'ambiguous')

/** One id after the other, without an order. */
function picker(ids: Uint32Array): () => number {
  let state = 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return ids[state % ids.length]!
  }
}
