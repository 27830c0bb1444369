import { createHash } from 'node:crypto'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { METHOD_IDS } from '@headlight/explain/methods'
import { toErrorValue } from '@shared/errors'
import { afterAll, beforeAll } from 'vitest'
import { projectOf } from '../annotations/annotations-fixture'
import type { LibraryApi } from '../api'
import { Library } from '../library'
import { nameFullDisks } from '../name-full-disks'
import { teachRowChecksum } from '../stored/row-checksum'

/** A closed project of eight samples with results, annotations of every kind and two backups. For tests. */
interface Template {
  folder: string
  /** Digests of what it says: see `annotationsOf` and `answersOf`. */
  annotations: string
  answers: string
  remove(): void
}

/** A template for the tests of a file or of a block: made before the first, removed after the last. */
export function ownTemplate() {
  let template: Template
  let copies = 0
  beforeAll(async () => {
    template = await makeTemplate()
  })
  afterAll(() => template.remove())
  return {
    /** A copy of its project, in a folder of its own. */
    copy: () => copyOf(template, `copy-${++copies}`),
    get annotations() {
      return template.annotations
    },
    get answers() {
      return template.answers
    },
  }
}

const PATHS = Array.from({ length: 8 }, (_, i) => `${i % 2 === 0 ? 'Coat' : 'Bag'}/picture-${i}.png`)
const ids = Uint32Array.from(PATHS, (_, i) => i + 1)

async function makeTemplate(): Promise<Template> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-damage-'))
  const library = await projectOf(folder, 'template', 'Ada', PATHS)
  const path = library.project.folder ?? ''
  const points: [number, number][] = [
    [0, 0],
    [7, 1],
    [3, 5],
  ]
  await library.annotations.change({
    changes: [
      { kind: 'tag', ids: ids.slice(0, 5), tag: 'clutter', on: true },
      { kind: 'verdict', ids: ids.slice(2, 7), verdict: 'label error' },
    ],
    runId: 1,
  })
  await library.project.close()
  await library.project.open({ path })
  for (const id of ids) {
    await library.annotations.change({
      changes: [
        { kind: 'note', ids: Uint32Array.of(id), text: `The sleeve of number ${id} lies outside of the picture.` },
        { kind: 'region', id, region: `region-${id}`, shape: { kind: 'polygon', points }, text: 'sleeve' },
      ],
      runId: 1,
    })
  }
  await library.project.close()
  const annotations = await annotationsOf(path)
  const answers = await answersOf(path)
  return { folder: path, annotations, answers, remove: () => rmSync(folder, { recursive: true }) }
}

function copyOf(template: Template, name: string): string {
  const copy = join(template.folder, '..', '..', name, 'P.headlight')
  cpSync(template.folder, copy, { recursive: true, preserveTimestamps: true })
  return copy
}

/** Changes a file's bytes; its time is another afterwards, as it is after any write. */
export function rewrite(file: string, change: (bytes: Buffer) => Buffer): void {
  const { mtimeMs } = statSync(file)
  writeFileSync(file, change(readFileSync(file)))
  utimesSync(file, new Date(), new Date(mtimeMs + 5000))
}

/** Changes a closed database as the program would, with the checksums of its rows. */
export function edit(file: string, sql: string): void {
  const database = new Sqlite(file)
  teachRowChecksum(database)
  database.exec(sql)
  database.close()
}

/** Everything that can be asked about the annotations of a closed project. */
export function annotationsOf(path: string): Promise<string> {
  return read(path, async (library) => [
    await library.annotations.ofSamples({ ids }),
    await library.annotations.state(),
  ])
}

/** Everything that can be asked about the results of a closed project. */
export function answersOf(path: string): Promise<string> {
  return read(path, async (library) => {
    const [run] = (await library.project.current())?.runs ?? []
    if (run === undefined) return null
    const query = await library.samples.query({ runId: 1, filter: '', sort: 'path', descending: false })
    return [
      { ...run, createdAt: '' },
      query,
      await library.samples.rows({ runId: 1, ids }),
      await Promise.all([...query.ids].map((id) => library.samples.detail({ runId: 1, id }))),
      await Promise.all(METHOD_IDS.map((method) => library.samples.maps({ runId: 1, ids, method }))),
      await library.samples.scores({ runId: 1, ids }),
      await library.samples.outcomes({ runId: 1, ids, topK: 2 }),
      await library.samples.facets({ runId: 1, filter: '' }),
      await library.statistics.heads({ runId: 1, by: 'class', filter: '', norm: 'l1' }),
      await library.statistics.confusion({ runId: 1, filter: '' }),
    ]
  })
}

async function read(path: string, ask: (library: LibraryApi) => Promise<unknown>): Promise<string> {
  const library = nameFullDisks(new Library())
  await library.project.open({ path })
  try {
    const plain = (_key: string, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value
    // A digest: what differs would fill pages.
    return createHash('sha256')
      .update(JSON.stringify(await ask(library), plain))
      .digest('hex')
  } finally {
    await library.project.close().catch(() => undefined)
  }
}

export interface Outcome {
  /** Sentences of the opening, null where it was refused. */
  notices: string[] | null
  annotations: string | null
  answers: string | null
  /** Codes and sentences of what was refused. */
  refusals: { code: string; message: string }[]
}

/** Opens a project whose files something happened to, and reads all of it. */
export async function tryOpening(path: string): Promise<Outcome> {
  const outcome: Outcome = { notices: null, annotations: null, answers: null, refusals: [] }
  const attempt = async <Value>(work: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await work()
    } catch (error) {
      const { code, message } = toErrorValue(error)
      outcome.refusals.push({ code, message })
      return null
    }
  }
  const library = nameFullDisks(new Library())
  outcome.notices = await attempt(async () => (await library.project.open({ path })).notices)
  await library.project.close().catch(() => undefined)
  if (outcome.notices === null || !existsSync(path)) return outcome
  outcome.annotations = await attempt(() => annotationsOf(path))
  outcome.answers = await attempt(() => answersOf(path))
  return outcome
}

/** Damages all pages but the first, which holds the header. The time is a second later: file systems keep it coarser than tests are fast. */
export function damagePages(file: string) {
  const { size, mtimeMs } = statSync(file)
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096)
  closeSync(descriptor)
  utimesSync(file, new Date(), new Date(mtimeMs + 1000))
}
