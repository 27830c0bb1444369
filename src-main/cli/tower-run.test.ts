/** One of two towers of a real export, over pictures: its own runs, with the numbers of autograd on the same pictures. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findDemo } from '../service/places'
import { ownFolder, sharedBackend } from '../service/testing/source-backend'
import { runCommandLine } from './main'

const fixture = join(import.meta.dirname, 'fixtures/two-towers')
const model = join(fixture, 'model.onnx')
type Values = Record<'logits' | 'coarse_weight' | 'coarse_map' | 'fine_weight' | 'fine_map', number[]>
/** By path: what make.py found. */
const reference = JSON.parse(readFileSync(join(fixture, 'reference.json'), 'utf8')) as Record<string, Values>

const folder = ownFolder()
const data = join(folder, 'images')
const project = join(folder, 'p.headlight')
const demo = findDemo()!
for (const path of Object.keys(reference)) {
  mkdirSync(join(data, dirname(path)), { recursive: true })
  cpSync(join(demo.dataPath, path), join(data, path))
}

let printed: string
let noted: string
beforeEach(() => {
  printed = ''
  noted = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed += String(text))))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((noted += String(text))))
})
afterEach(() => void vi.restoreAllMocks())
const backend = sharedBackend()
afterAll(async () => {
  await backend.end()
  rmSync(folder, { recursive: true })
})

const headlight = (...args: string[]) => runCommandLine(args, backend.start)
const run = (...tower: string[]) =>
  headlight(
    ...[
      'run',
      '--model',
      model,
      '--data',
      data,
      '--project',
      project,
      '--methods',
      'gmar_l1',
      '--batch',
      '3',
      '--provider',
      'cpu',
    ],
    ...tower,
    '--json',
  )
interface Document {
  images: number
  run: { id: number; name: string; definition: { tower?: string }; certificate: { passed: boolean; heads: object[] } }
}

function largestDifference(found: number[], wanted: number[]): number {
  expect(found).toHaveLength(wanted.length)
  return Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!))) / Math.max(...wanted.map(Math.abs))
}

async function exported(what: string, id: number): Promise<Record<string, unknown>[]> {
  const out = join(folder, `${what}-${id}.json`)
  expect(
    await headlight(
      ...['export', '--project', project, '--run', String(id), '--what', what, '--format', 'json', '--out', out],
    ),
  ).toBe(0)
  return (JSON.parse(readFileSync(out, 'utf8')) as { rows: Record<string, unknown>[] }).rows
}

test('each tower is a run of its own, with the numbers of autograd', async () => {
  expect(await run()).toBe(3)
  expect(noted).toMatch(/2 separate towers.*'coarse' \(2 layers.*'fine' \(3 layers.*--tower/)
  expect(await run('--tower', 'left')).toBe(2)
  expect(noted).toMatch(/no tower 'left'; it has 'coarse'/)

  const ids: number[] = []
  for (const [tower, layers, heads] of [
    ['coarse', 2, 2],
    ['fine', 3, 4],
  ] as const) {
    printed = ''
    expect(await run('--tower', tower)).toBe(0)
    const { images, run: made } = JSON.parse(printed) as Document
    expect(made).toMatchObject({ name: `model (tower ${tower})`, definition: { tower } })
    expect(made.certificate.passed).toBe(true)
    expect([images, made.certificate.heads.length]).toEqual([4, layers * heads])
    ids.push(made.id)

    const maps = await exported('maps', made.id)
    for (const [path, wanted] of Object.entries(reference)) {
      const map = maps.find((row) => row.path === path)!.gmar_l1 as number[][]
      expect(largestDifference(map.flat(), wanted[`${tower}_map`])).toBeLessThan(1e-4)
    }
  }

  // The same again is the same run; another tower was another one.
  printed = ''
  expect(await run('--tower', 'coarse')).toBe(0)
  expect(JSON.parse(printed)).toMatchObject({ images: 0, run: { id: ids[0] } })
  expect(ids[0]).not.toBe(ids[1])
  printed = ''
  expect(await headlight('runs', '--project', project, '--json')).toBe(0)
  expect((JSON.parse(printed) as { runs: { name: string }[] }).runs.map(({ name }) => name).sort()).toEqual([
    'model (tower coarse)',
    'model (tower fine)',
  ])
}, 120_000)
