/** A windowed model (Swin), whose layers have tokens of their own: from files of arrays, and a run with its tables and maps. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseNpy } from '@headlight/explain/files'
import { GraphNode, readModel, writeModel } from '@headlight/explain/onnx'
import { expect, test } from 'vitest'
import { findDemo } from '../service/places'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const fixture = join(import.meta.dirname, '../../packages/explain/src/explain/fixtures/families/swin')
const model = join(fixture, 'model.onnx')
const HEADS = [2, 2, 4, 4]
const { folder, said, headlight } = commandLine()

const array = (...path: string[]) => {
  const file = join(...path)
  const { dims, data } = parseNpy(readFileSync(file), file)
  return { dims, data: data as Float32Array }
}

test('explain writes maps and the scores of each layer, and inspect says what the layers are', async () => {
  const out = join(folder, 'arrays')
  const asked = ['explain', model, '--input', join(fixture, 'pixel_values.npy'), '--target', '1,9,0'] as const
  expect(await headlight(...asked, '--out', out, '--raw')).toBe(0)
  const [map, unfolded] = [array(out, 'map_gmar_l1.npy'), array(fixture, 'map_gmar_l1_unfolded.npy')]
  expect(map.dims).toEqual([3, 256])
  map.data.forEach((value, at) => expect(Math.abs(value - unfolded.data[at]!)).toBeLessThan(1e-6))
  HEADS.forEach((count, layer) => {
    for (const norm of ['l1', 'l2']) {
      const wanted = array(fixture, `site_0${layer}_head_${norm}.npy`)
      const scores = array(out, `head_${norm}_0${layer}.npy`)
      expect(scores.dims).toEqual([3, count])
      const largest = Math.max(...wanted.data)
      scores.data.forEach((score, at) => expect(Math.abs(score - wanted.data[at]!) / largest).toBeLessThan(1e-5))
    }
    expect(array(out, `gradient_0${layer}.npy`).dims).toEqual(array(fixture, `site_0${layer}_gradient.npy`).dims)
  })

  expect(await headlight('inspect', model, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    ...{ supported: true, heads: null, tokens: null, grid: [16, 16] },
    notes: [expect.stringMatching(/windows, stages .* equal share .* convolutions and MLPs/)],
    sites: HEADS.map((heads, layer) => ({
      ...{ layer, heads, rows: 16, columns: 16, windows: layer < 2 ? 16 : 4, kind: 'window' },
    })),
  })
  expect(JSON.parse(said.printed)).not.toHaveProperty('noMaps')
}, 120_000)

test('a run keeps predictions, head scores and maps', async () => {
  const data = join(folder, 'images')
  const at = ['--project', join(folder, 'p.headlight')]
  const pictures = readdirSync(findDemo()!.dataPath, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jpg') || path.endsWith('.png'))
    .sort()
    .filter((_, index) => index % 150 === 0)
  copyDemoPictures(pictures, data, (index) => pictures[index]!)
  const run = ['run', '--model', model, '--data', data, ...at, '--provider', 'cpu'] as const
  expect(await headlight(...run)).toBe(0)

  expect(await headlight('stats', ...at, '--json')).toBe(0)
  const { groups } = JSON.parse(said.printed) as { groups: { mean: number[][] }[] }
  expect(groups[0]!.mean.map(({ length }) => length)).toEqual(HEADS)
  for (const layer of groups[0]!.mean) expect(layer.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
  expect(await headlight('samples', ...at, '--filter', 'head(3,3)>0', '--json')).toBe(0)
  expect(await headlight('samples', ...at, '--filter', 'head(0,3)>0', '--json')).toBe(2)

  const export_ = (what: string) => {
    const out = join(folder, `${what}.json`)
    return headlight('export', ...at, '--what', what, '--format', 'json', '--out', out).then((code) => ({ code, out }))
  }
  const { rows } = JSON.parse(readFileSync((await export_('scores')).out, 'utf8')) as {
    rows: Record<string, number[]>[]
  }
  expect(rows).toHaveLength(pictures.length)
  expect(HEADS.map((_, layer) => rows[0]![`l1_${layer}`]!.length)).toEqual(HEADS)
  const maps = JSON.parse(readFileSync((await export_('maps')).out, 'utf8')) as { rows: Record<string, number[]>[] }
  const grids = Object.values(maps.rows[0]!).filter((value) => Array.isArray(value))
  expect(grids.length).toBeGreaterThan(0)
  for (const grid of grids as unknown as number[][][]) {
    expect([grid.length, grid[0]!.length]).toEqual([16, 16])
    expect(Math.max(...grid.flat())).toBeGreaterThan(0)
  }
}, 180_000)

test('behind max pooling there are head scores and no maps, which is said', async () => {
  const graph = await readModel(model)
  const pooled = graph.nodes.findLastIndex(({ op }) => op === 'GlobalAveragePool' || op === 'ReduceMean')
  const { inputs, outputs, attributes } = graph.nodes[pooled]!
  const maximum = graph.nodes[pooled]!.op === 'ReduceMean' ? 'ReduceMax' : 'GlobalMaxPool'
  graph.nodes[pooled] = new GraphNode(maximum, inputs, outputs, attributes)
  const file = join(folder, 'max.onnx')
  writeFileSync(file, writeModel(graph).bytes)
  expect(await headlight('inspect', file, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ grid: null, noMaps: expect.stringMatching(/max pooling/) })

  const [data, out] = [join(folder, 'images'), join(folder, 'max')]
  const at = ['--project', join(folder, 'max.headlight')]
  const run = ['run', '--model', file, '--data', data, ...at, '--provider', 'cpu'] as const
  expect(await headlight(...run, '--methods', 'rollout')).toBe(2)
  expect(said.noted).toMatch(/head scores and no maps/)
  expect(await headlight(...run)).toBe(0)
  expect(await headlight('export', ...at, '--what', 'maps', '--format', 'json', '--out', join(folder, 'm.json'))).toBe(
    2,
  )
  expect(said.noted).toMatch(/head scores and no maps/)
  const asked = ['explain', file, '--input', join(fixture, 'pixel_values.npy'), '--out', out] as const
  expect(await headlight(...asked)).toBe(0)
  expect(readdirSync(out).some((name) => name.startsWith('map_'))).toBe(false)
  expect(await headlight(...asked, '--methods', 'rollout')).toBe(3)
}, 180_000)
