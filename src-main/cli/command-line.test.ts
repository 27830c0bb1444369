/** The command line with the real processes: what it prints, and the exit statuses that scripts rely on. */
import { copyFileSync, cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findDemo } from '../service/places'
import { createProgram } from './program'
import { commandLine } from './testing/command-line'

const demo = findDemo()
if (!demo) throw new Error('The demo model is missing.')
const { folder, said, headlight } = commandLine()
const project = join(folder, 'p.headlight')

test('lists the commands; without one that is wrong usage', async () => {
  expect(await headlight('--help')).toBe(0)
  const names = createProgram().commands.map((command) => command.name())
  for (const name of names) expect(said.printed).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
  expect(await headlight()).toBe(2)
})

test('wrong usage is 2, with a sentence on standard error', async () => {
  expect(await headlight('dance')).toBe(2)
  expect(said.noted).toContain('no command "dance"')
  expect(await headlight('inspect')).toBe(2)
  expect(await headlight('run', '--model', demo.modelPath)).toBe(2)
  expect(said.noted).toContain('--data is missing')
  expect(await headlight('stats', '--project', project, '--by', 'colour')).toBe(2)
  expect(await headlight('inspect', demo.modelPath, '--nonsense')).toBe(2)
  expect(said.noted).toContain("Unknown option '--nonsense'")
  expect(await headlight('inspect', demo.modelPath, 'another.onnx')).toBe(2)
  expect(said.noted).toMatch(/too many arguments/i)
})

test('a near match is named, and an option is never taken for the value of another', async () => {
  expect(await headlight('inspct')).toBe(2)
  expect(said.noted).toContain('Did you mean inspect?')
  expect(await headlight('dataset', folder, '--label', 'x')).toBe(2)
  expect(said.noted).toContain('Did you mean --labels?')
  expect(await headlight('samples', '--project', project, '--limit', '--json')).toBe(2)
  expect(JSON.parse(said.printed)).toMatchObject({ error: { message: expect.stringContaining('--limit=--json') } })
})

test('the help of a command names every option, and --filter its language', async () => {
  expect(await headlight('bench', '--help')).toBe(0)
  expect(said.printed).toContain('--set <area.key=value>')
  expect(await headlight('help', 'stats')).toBe(0)
  expect(said.printed).toMatch(/^Usage: headlight stats --project <P.headlight> \[options\]$/m)
  expect(said.printed).toContain('Q is the gallery')
})

test('a model that cannot be read is refused', async () => {
  const file = join(folder, 'broken.onnx')
  writeFileSync(file, 'this is not a model')
  expect(await headlight('inspect', file, '--json')).toBe(3)
  expect(JSON.parse(said.printed)).toMatchObject({ error: { code: 'unreadable-model' } })
})

test('inspect prints one JSON document', async () => {
  expect(await headlight('inspect', demo.modelPath, '--json')).toBe(0)
  const report = JSON.parse(said.printed) as object
  expect(report).toMatchObject({ supported: true, reasons: [], layers: 8, heads: 5, tokens: 197, prefixTokens: 1 })
  expect(report).toMatchObject({ grid: [14, 14], classes: 10, dynamicBatch: true, readoutRows: [0] })
})

test('run, run again, and what can be asked of the project', async () => {
  const run = [
    'run',
    '--model',
    demo.modelPath,
    '--data',
    demo.dataPath,
    '--project',
    project,
    '--limit',
    '6',
    '--json',
  ]
  const options = [...run, '--methods', 'gmar_l1,raw', '--set', 'gmar.alpha=0.5', '--batch', '3']
  expect(await headlight(...options)).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    images: 6,
    run: { state: 'finished', done: 6, definition: { settings: { gmar: { alpha: 0.5 } }, batch: 3 } },
  })

  expect(await headlight(...options)).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ images: 0, run: { id: 1, done: 6 } })

  expect(await headlight('samples', '--project', project, '--sort', 'confidence', '--limit', '2', '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    total: 6,
    matching: 6,
    samples: [{ datasetLabel: expect.any(String) as unknown }, {}],
  })

  expect(await headlight('stats', '--project', project, '--by', 'class', '--localisation', '--json')).toBe(0)
  const stats = JSON.parse(said.printed) as {
    groups: { name: string; count: number; mean: number[][] }[]
    localisation: object[]
  }
  // A limit takes labels in turn.
  expect(stats.groups).toHaveLength(6)
  expect(stats.groups.find(({ name }) => name === 'Ankle_boot')?.count).toBe(1)
  expect(stats.groups[0]?.mean.map((layer) => layer.length)).toEqual(new Array(8).fill(5))
  expect(stats.localisation).toMatchObject([{ method: 'gmar_l1', count: 6 }, { method: 'raw' }])

  const sample = ['annotate', '--project', project, '--sample', 'Ankle_boot/00000.jpg', '--json']
  expect(await headlight(...sample, '--tag', 'clutter', '--tag', '=1', '--verdict', 'fine', '--reviewer', 'ana')).toBe(
    0,
  )
  expect(JSON.parse(said.printed)).toMatchObject({
    // Tags of one moment are in order of their names, of several in that of time.
    annotations: expect.arrayContaining([
      expect.objectContaining({ kind: 'tag', text: 'clutter', reviewer: 'ana' }),
      expect.objectContaining({ kind: 'tag', text: '=1' }),
      expect.objectContaining({ kind: 'verdict', text: 'fine' }),
    ]) as unknown,
  })
  const csv = join(folder, 'annotations.csv')
  const exported = ['export', '--project', project, '--what', 'annotations', '--format', 'csv', '--out', csv]
  expect(await headlight(...exported, '--filter', 'tag:clutter')).toBe(0)
  expect(readFileSync(csv, 'utf8')).toMatch(/^Ankle_boot\/00000.jpg,[0-9a-f]{64},tag,clutter,/m)
  expect(await headlight('export', '--project', project, '--what', 'poems', '--format', 'csv', '--out', csv)).toBe(2)
  expect(await headlight('annotate', '--project', project, '--import', csv, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ read: 3, same: 3, added: 0 })
  // Larger than a window may send.
  const large = join(folder, 'large.csv')
  writeFileSync(large, readFileSync(csv, 'utf8') + `none.jpg,,note,${'long '.repeat(200)}\n`.repeat(5000))
  expect(await headlight('annotate', '--project', project, '--import', large, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ read: 5003, same: 3, unknown: { count: 5000, paths: ['none.jpg'] } })
  expect(await headlight('annotate', '--project', project, '--sample', 'none.jpg')).toBe(1)
  expect(await headlight('annotate', '--project', project)).toBe(2)

  expect(await headlight('samples', '--project', project, '--filter', 'correct:maybe', '--json')).toBe(2)

  expect(await headlight('check', '--project', project, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ ok: true, problems: [] })

  // A figure from a recipe: twice the same bytes; what is not a recipe is refused with its place.
  const recipe = join(folder, 'recipe.json')
  const panels = [{ kind: 'image' }, { kind: 'mask' }, { kind: 'method', method: 'gmar_l1' }]
  const content = { kind: 'grid', samples: { filter: 'label:Ankle_boot', limit: 2 }, panels }
  writeFileSync(recipe, JSON.stringify({ version: 1, name: 'A boot', size: { preset: 'cvpr-single' }, content }))
  const figure = ['export', '--project', project, '--what', 'figure', '--recipe', recipe, '--format']
  const svgs = ['a.svg', 'b.svg'].map((name) => join(folder, name))
  for (const svg of svgs) expect(await headlight(...figure, 'svg', '--out', svg)).toBe(0)
  expect(readFileSync(svgs[0]!, 'utf8')).toContain('>Ankle boot</text>')
  expect(readFileSync(svgs[0]!)).toEqual(readFileSync(svgs[1]!))
  expect(await headlight(...figure, 'csv', '--out', csv)).toBe(2)
  expect(await headlight(...exported, '--recipe', recipe)).toBe(2)
  writeFileSync(recipe, JSON.stringify({ version: 1, name: 'None', content: { ...content, panels: [] } }))
  expect(await headlight(...figure, 'svg', '--out', svgs[0]!)).toBe(2)
  expect(said.noted).toContain('content.panels')
  expect(await headlight(...figure.with(6, 'no-such.json'), 'svg', '--out', svgs[0]!)).toBe(1)

  // The model under another name, and another model.
  const model = join(folder, 'moved.onnx')
  copyFileSync(demo.modelPath, model)
  expect(await headlight('relink', '--project', project, '--model', model, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ model, runs: [{ id: 1 }] })
  const other = resolve('models/zoo/timm_vit_op17/model.onnx')
  expect(await headlight('relink', '--project', project, '--model', other)).toBe(1)
  expect(await headlight('relink', '--project', project)).toBe(2)

  // The dataset elsewhere, without one of its images: shown first, then applied; the run goes on there.
  const data = join(folder, 'images')
  cpSync(demo.dataPath, data, { recursive: true })
  const [first = ''] = readdirSync(join(data, 'Ankle_boot')).sort()
  rmSync(join(data, 'Ankle_boot', first))
  const relink = ['relink', '--project', project, '--data', data, '--json']
  expect(await headlight(...relink, '--dry-run')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    applied: false,
    match: { byPath: { count: 5 }, missing: { count: 1 } },
  })
  expect(await headlight(...relink)).toBe(0)
  expect(await headlight('check', '--project', project, '--deep', '--json')).toBe(1)
  expect(JSON.parse(said.printed)).toMatchObject({
    ok: false,
    deep: true,
    problems: [
      `1 image is missing from ${data}; restore them, or relink the dataset if it moved: Ankle_boot/${first}.`,
    ],
    datasets: [{ match: { hashed: 5 } }],
  })
}, 300_000)

test('a project that is not there fails', async () => {
  expect(await headlight('check', '--project', join(folder, 'none.headlight'))).toBe(1)
})
