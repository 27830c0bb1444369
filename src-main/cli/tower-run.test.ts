/** One of two towers of a real export, over pictures: its own runs, with the numbers of autograd on the same pictures. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const fixture = join(import.meta.dirname, 'fixtures/two-towers')
const model = join(fixture, 'model.onnx')
type Values = Record<'logits' | 'coarse_weight' | 'coarse_map' | 'fine_weight' | 'fine_map', number[]>
/** By path: what make.py found. */
const reference = JSON.parse(readFileSync(join(fixture, 'reference.json'), 'utf8')) as Record<string, Values>

const { folder, said, headlight } = commandLine()
const data = join(folder, 'images')
const project = join(folder, 'p.headlight')
const pictures = Object.keys(reference)
copyDemoPictures(pictures, data, (index) => pictures[index]!)

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

interface Exported {
  about: { computed: { notes: string[] } }
  rows: Record<string, unknown>[]
}

async function exported(what: string, id: number): Promise<Exported> {
  const out = join(folder, `${what}-${id}.json`)
  expect(
    await headlight(
      ...['export', '--project', project, '--run', String(id), '--what', what, '--format', 'json', '--out', out],
    ),
  ).toBe(0)
  return JSON.parse(readFileSync(out, 'utf8')) as Exported
}

test('each tower is a run of its own, with the numbers of autograd', async () => {
  expect(await run()).toBe(3)
  expect(said.noted).toMatch(/2 separate towers.*'coarse' \(2 layers.*'fine' \(3 layers.*--tower/)
  expect(await run('--tower', 'left')).toBe(2)
  expect(said.noted).toMatch(/no tower 'left'; it has 'coarse'/)

  const ids: number[] = []
  for (const [tower, layers, heads] of [
    ['coarse', 2, 2],
    ['fine', 3, 4],
  ] as const) {
    expect(await run('--tower', tower)).toBe(0)
    const { images, run: made } = JSON.parse(said.printed) as Document
    expect(made).toMatchObject({ name: `model (tower ${tower})`, definition: { tower } })
    expect(made.certificate.passed).toBe(true)
    expect([images, made.certificate.heads.length]).toEqual([4, layers * heads])
    ids.push(made.id)

    const { rows: maps } = await exported('maps', made.id)
    for (const [path, wanted] of Object.entries(reference)) {
      const map = maps.find((row) => row.path === path)!.gmar_l1 as number[][]
      expect(largestDifference(map.flat(), wanted[`${tower}_map`])).toBeLessThan(1e-4)
    }
  }

  // The same again is the same run; another tower was another one.
  expect(await run('--tower', 'coarse')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ images: 0, run: { id: ids[0] } })
  expect(ids[0]).not.toBe(ids[1])
  expect(await headlight('runs', '--project', project, '--json')).toBe(0)
  expect((JSON.parse(said.printed) as { runs: { name: string }[] }).runs.map(({ name }) => name).sort()).toEqual([
    'model (tower coarse)',
    'model (tower fine)',
  ])

  // What is passed over of a configuration is said where the run begins and where its numbers stand; it is not another run.
  const config = join(folder, 'preprocessor_config.json')
  const beside = JSON.parse(readFileSync(join(fixture, 'preprocessor_config.json'), 'utf8')) as object
  writeFileSync(config, JSON.stringify({ ...beside, gamma: 2 }))
  expect(await run('--tower', 'coarse', '--preprocess', config)).toBe(0)
  expect(said.noted).toMatch(/has 'gamma' \(2\), which is not understood here/)
  const warned = { preprocessingWarnings: expect.arrayContaining([expect.stringContaining("'gamma'")]) }
  expect(JSON.parse(said.printed)).toMatchObject({ images: 0, run: { id: ids[0], definition: warned } })
  expect((await exported('predictions', ids[0]!)).about.computed.notes).toContainEqual(
    expect.stringContaining("'gamma'"),
  )
}, 120_000)
