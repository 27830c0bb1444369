/** A model whose layers keep 3, 1 and 2 heads, from a file of arrays and from a run over pictures to its tables. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseNpy } from '@headlight/explain/files'
import { expect, test } from 'vitest'
import { findDemo } from '../service/places'
import { hasPythonModules, PYTHON } from '../service/testing/python'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const fixture = join(import.meta.dirname, '../../packages/explain/src/explain/fixtures/families/pruned_heads')
const model = join(fixture, 'model.onnx')
const HEADS = [3, 1, 2]
const hasNumpy = hasPythonModules('numpy')
const { folder, said, headlight } = commandLine()

const array = (...path: string[]) => {
  const file = join(...path)
  const { dims, data } = parseNpy(readFileSync(file), file)
  return { dims, data: data as Float32Array }
}

test('explain writes an array a layer, and inspect says what the layers have', async () => {
  const out = join(folder, 'arrays')
  const input = join(fixture, 'pixel_values.npy')
  expect(await headlight('explain', model, '--input', input, '--out', out, '--target', '1,9,0', '--raw')).toBe(0)
  HEADS.forEach((count, layer) => {
    const wanted = array(fixture, `gradient_0${layer}.npy`)
    const gradient = array(out, `gradient_0${layer}.npy`)
    expect(gradient.dims).toEqual([3, count, 17, 17])
    const largest = wanted.data.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0)
    const worst = wanted.data.reduce((maximum, value, at) => Math.max(maximum, Math.abs(value - gradient.data[at]!)), 0)
    expect(worst / largest).toBeLessThan(1e-5)
    const scores = array(out, `head_l1_0${layer}.npy`)
    expect(scores.dims).toEqual([3, count])
    scores.data.forEach((score, head) => {
      const own = wanted.data.subarray(head * 289, (head + 1) * 289)
      expect(score).toBeCloseTo(
        own.reduce((sum, value) => sum + Math.abs(value), 0),
        4,
      )
    })
  })

  expect(await headlight('inspect', model, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    supported: true,
    heads: null,
    sites: HEADS.map((heads, layer) => ({ layer, heads, rows: 17, columns: 17, windows: 1, kind: 'global' })),
  })
}, 60_000)

test('a run, its statistics and its tables know the heads of each layer', async () => {
  const data = join(folder, 'images')
  const project = join(folder, 'p.headlight')
  const pictures = readdirSync(findDemo()!.dataPath, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jpg') || path.endsWith('.png'))
    .sort()
    .filter((_, at) => at % 150 === 0)
  copyDemoPictures(pictures, data, (index) => pictures[index]!)
  const at = ['--project', project]
  expect(
    await headlight('run', '--model', model, '--data', data, ...at, '--methods', 'gmar_l1', '--provider', 'cpu'),
  ).toBe(0)

  expect(await headlight('stats', ...at, '--versus', 'head(0,0)>0.33', '--json')).toBe(0)
  const stats = JSON.parse(said.printed) as {
    groups: { mean: number[][] }[]
    difference: { cohenD: number[][]; q: number[][] }
  }
  for (const rows of [stats.groups[0]!.mean, stats.difference.cohenD, stats.difference.q])
    expect(rows.map(({ length }) => length)).toEqual(HEADS)
  for (const layer of stats.groups[0]!.mean) expect(layer.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
  expect(stats.groups[0]!.mean[1]).toEqual([1])

  expect(await headlight('samples', ...at, '--filter', 'head(1,1)>0', '--json')).toBe(2)
  expect(said.noted).toMatch(/3 layers of 3, 1, 2 heads, counted from 0, not head\(1,1\)/)
  expect(await headlight('samples', ...at, '--sort', 'head(1,1)', '--json')).toBe(2)
  expect(said.noted).toMatch(/3 layers of 3, 1, 2 heads/)

  const exported = async (what: string) => {
    const out = join(folder, `${what}.json`)
    expect(await headlight('export', ...at, '--what', what, '--format', 'json', '--out', out)).toBe(0)
    return JSON.parse(readFileSync(out, 'utf8')) as { rows: Record<string, unknown>[] }
  }
  const { rows: scores } = await exported('scores')
  expect(scores).toHaveLength(pictures.length)
  expect(HEADS.map((_, layer) => (scores[0]![`l1_${layer}`] as number[]).length)).toEqual(HEADS)
  if (hasNumpy) {
    const code = `import json, sys; sys.path.insert(0, 'python'); import headlight, numpy as np
run = headlight.open(sys.argv[1]).runs[0]
(page,) = run.head_scores('l1')
print(json.dumps({'heads': [layer.heads for layer in run.layers], 'scores': np.where(np.isnan(page.values), -1, page.values).tolist(),
  'weights': [run.head_weights('l1', layer).values.tolist() for layer in range(3)]}))`
    const read = JSON.parse(execFileSync(PYTHON, ['-B', '-c', code, project], { encoding: 'utf8' })) as {
      heads: number[]
      scores: number[][][]
      weights: number[][][]
    }
    expect(read.heads).toEqual(HEADS)
    const absent = (count: number) => new Array<number>(3 - count).fill(-1)
    expect(read.scores).toEqual(
      scores.map((row) =>
        HEADS.map((count, layer) => [...(row[`l1_${layer}`] as number[]).map(Math.fround), ...absent(count)]),
      ),
    )
    expect(read.weights.map(([first]) => first!.length)).toEqual(HEADS)
    for (const [first] of read.weights) expect(first!.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
  }
  const { rows: statistics } = await exported('statistics')
  expect(
    statistics
      .filter(({ by, norm }) => by === 'all' && norm === 'l1')
      .map(({ layer, head }) => `${layer as number}.${head as number}`),
  ).toEqual(HEADS.flatMap((count, layer) => Array.from({ length: count }, (_, head) => `${layer}.${head}`)))
}, 120_000)
