import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleQuery } from '@shared/api'
import type { Backend } from '../../service/backend'
import { PAGE, pagesWithPictures } from './write-pictures'

/** One number beside what it should stay under. */
export interface Measurement {
  name: string
  value: number
  unit: 'ms' | 's' | 'MB' | 'bytes'
  /** Of a million samples on two cores; null where nothing is promised. */
  limit: number | null
}

const ROUNDS = 5
const FILTERS = ['', 'correct:false', 'conf>0.9', '-error:true', 'label:7', 'pred:7', 'label:7 correct:false conf<0.5']
const SORTS = ['path', 'confidence', 'label', 'prediction', 'correct'] as const
const ANNOTATED_LISTS: [filter: string, sort: SampleQuery['sort']][] = [
  ['annotated:true', 'path'],
  ['-annotated:true', 'path'],
  ['tag:clutter', 'confidence'],
  ['tag:clutter,blurred -verdict:fine', 'path'],
  ['-tag:clutter -tag:blurred -tag:occluded', 'label'],
  ['verdict:"label error"', 'annotated'],
  ['note:edge', 'path'],
  ['correct:false annotated:true', 'annotated'],
  ['', 'annotated'],
]
const SCANNED_FILES = 100_000

/** Asks the library process of a project what a window asks, and times the answers as the window gets them. */
export async function measureLibrary(
  startBackend: () => Backend,
  path: string,
  status: (text: string) => void,
): Promise<Measurement[]> {
  const measured: Measurement[] = []
  const note = (name: string, value: number, unit: Measurement['unit'], limit: number | null = null) =>
    void measured.push({ name, value, unit, limit })

  status('Opening')
  const openStarted = performance.now()
  const backend = startBackend()
  const { library } = backend
  const { runs } = await library.project.open({ path })
  const run = runs[0]
  if (run === undefined) throw new Error(`${path} holds no run.`)
  const runId = run.id
  const page = async (ids: Uint32Array) => {
    await Promise.all([library.samples.rows({ runId, ids }), library.samples.maps({ runId, ids, method: 'gmar_l1' })])
  }
  const list = (filter: string, sort: SampleQuery['sort'], descending = false) =>
    library.samples.query({ runId, filter, sort, descending })
  const { ids: all } = await list('', 'path')
  await page(all.slice(0, PAGE))
  note('open, to the first page of the gallery', performance.now() - openStarted, 'ms', 1500)

  status('Filters and orders')
  const [first, whole]: [number[], number[]] = [[], []]
  for (const filter of FILTERS) {
    for (const sort of SORTS) {
      for (const descending of [false, true]) {
        const started = performance.now()
        const { ids } = await list(filter, sort, descending)
        whole.push(performance.now() - started)
        await page(ids.slice(0, PAGE))
        first.push(performance.now() - started)
      }
    }
  }
  note(`filter and order to the first page, median of ${first.length}`, median(first), 'ms', 150)
  note('the same, slowest', Math.max(...first), 'ms')
  note('filter and order to all ids, slowest', Math.max(...whole), 'ms', 500)
  note('facets of everything', await timed(() => library.samples.facets({ runId, filter: '' })), 'ms')

  status('Annotations')
  const [annotatedFirst, annotatedWhole]: [number[], number[]] = [[], []]
  for (const [filter, sort] of ANNOTATED_LISTS) {
    for (const descending of [false, true]) {
      const started = performance.now()
      const { ids } = await list(filter, sort, descending)
      annotatedWhole.push(performance.now() - started)
      await page(ids.slice(0, PAGE))
      annotatedFirst.push(performance.now() - started)
    }
  }
  note(
    `filter and order by annotations to the first page, median of ${annotatedFirst.length}`,
    median(annotatedFirst),
    'ms',
    150,
  )
  note('the same to all ids, slowest', Math.max(...annotatedWhole), 'ms', 500)
  const counts = await rounds(async (round) => {
    await library.annotations.facets({ runId, filter: FILTERS[round % FILTERS.length] ?? '' })
  })
  note('counts of tags and verdicts, median', median(counts), 'ms', 150)
  note('the same, slowest', Math.max(...counts), 'ms', 500)

  status('Heads')
  note('head(7,2)>x, first time', await timed(() => list('head(7,2)>0.09', 'path')), 'ms')
  const warm = await rounds(async (round) => void (await list(`head(7,2)>${0.08 + round / 100}`, 'path')))
  note('head(7,2)>x, warm', median(warm), 'ms', 800)
  note('order by head(7,2)', await timed(() => list('', 'head(7,2)', true)), 'ms')

  status('Statistics')
  const sure = (await list('', 'confidence', true)).ids
  const [edge] = await library.samples.rows({
    runId,
    ids: sure.slice(Math.floor(sure.length / 10), Math.floor(sure.length / 10) + 1),
  })
  const heads = (by: 'all' | 'class', filter: string) => library.statistics.heads({ runId, by, filter, norm: 'l1' })
  await heads('all', 'label:3')
  const classes = await rounds(async (round) => void (await heads('all', `label:${11 + round}`)))
  note('statistics of one class of a thousand', median(classes), 'ms', 100)
  const tenth = await rounds(async () => void (await heads('all', `conf>${edge?.confidence ?? 0.9}`)))
  note('statistics of a tenth of all, by filter', median(tenth), 'ms', 1000)
  const slow = heads('class', '')
  const during = await rounds(async () => page(all.slice(-PAGE)))
  note('a page while statistics of all classes are made, slowest', Math.max(...during), 'ms')
  note('statistics of all classes', await timed(() => slow), 'ms')

  status('Thumbnails and jumps')
  const pages = pagesWithPictures(all.length).map((from) => all.slice(from, from + PAGE))
  const thumbnails = (ids: Uint32Array) =>
    Promise.all([...ids].map((id) => library.samples.thumbnail({ runId, id, size: 160 })))
  const made: number[] = []
  for (const ids of pages) made.push(await timed(() => thumbnails(ids)))
  note('a page of thumbnails, made', median(made), 'ms')
  await library.project.close()
  await library.project.open({ path })
  await list('', 'path')
  const jumps: number[] = []
  for (const ids of pages) jumps.push(await timed(() => Promise.all([page(ids), thumbnails(ids)])))
  note('jump to a page: rows, maps, kept thumbnails, median', median(jumps), 'ms', 100)
  note('the same, slowest', Math.max(...jumps), 'ms')

  note('memory of the library process, highest', (await library.upkeep.memory()).highestBytes / 1e6, 'MB', 600)
  await library.project.close()
  note('on disk, a sample', folderBytes(path) / all.length, 'bytes', 3500)

  status('Listing files')
  note(`listing ${SCANNED_FILES.toLocaleString('en')} files`, (await timeScan(backend)) / 1000, 's', 20)
  return measured
}

async function timeScan({ library }: Backend): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-scan-'))
  try {
    const original = join(folder, 'original')
    writeFileSync(original, 'x')
    for (let index = 0; index < SCANNED_FILES; index++) {
      const inside = join(folder, 'images', `class ${Math.floor(index / 100)}`)
      if (index % 100 === 0) mkdirSync(inside, { recursive: true })
      linkSync(original, join(inside, `${index}.jpeg`))
      // A file has a limited number of names.
      if (index % 10_000 === 9_999) {
        rmSync(original)
        writeFileSync(original, 'x')
      }
    }
    return await timed(() => library.datasets.scan({ path: join(folder, 'images'), model: null }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Thumbnails apart: how many there are is up to the user. */
function folderBytes(path: string): number {
  const files = readdirSync(path).filter((file) => !file.startsWith('thumbnails'))
  return files.reduce((sum, file) => sum + statSync(join(path, file)).size, 0)
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await action()
  return performance.now() - started
}

async function rounds(action: (round: number) => Promise<void>): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(() => action(round)))
  return times
}

function median(values: readonly number[]): number {
  // NaN where nothing was measured.
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
