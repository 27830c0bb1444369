/** The second demo as a newcomer runs it: prompts, and a detector whose boxes lie on the objects of its labels. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { findQuestionsDemo } from '../service/places'
import { commandLine } from './testing/command-line'

const { folder, said, headlight } = commandLine()

const { twoTowers, detector, swin } = findQuestionsDemo()!

test('its models are what the demo says of them', async () => {
  expect(await headlight('inspect', twoTowers.modelPath, '--prompts', twoTowers.colours, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    ...{ supported: true, classes: 8, output: 'image_embeds', grid: [14, 14] },
    classVectors: { source: 'colours.csv' },
  })
  expect(await headlight('inspect', detector.modelPath, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    ...{ supported: true, output: 'logits', dense: { kind: 'queries', queries: 196, boxes: 'pred_boxes' } },
  })
  expect(await headlight('inspect', swin.modelPath, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    ...{ supported: true, classes: 10, grid: [14, 14], layers: 3 },
    sites: [5, 5, 10].map((heads, layer) => ({ layer, heads, windows: [4, 4, 1][layer] })),
  })
})

test.runIf(process.env.HEADLIGHT_LONG)(
  'four runs, whose numbers say that the models can do it',
  async () => {
    expect(await headlight('demo', '--questions', '--out', folder, '--json')).toBe(0)
    const { project, runs } = JSON.parse(said.printed) as {
      project: string
      runs: { name: string; done: number; failed: number; labelled: number; correct: number }[]
    }
    expect(runs).toMatchObject([
      { name: 'Prompts: clothes', done: 60, failed: 0, labelled: 60 },
      { name: 'Prompts: colours', done: 60, failed: 0, labelled: 0 },
      { name: 'Detector', done: 60, failed: 0, labelled: 60 },
      { name: 'Swin', done: 60, failed: 0, labelled: 60 },
    ])
    // A tenth would be right by chance.
    expect(runs[0]!.correct).toBeGreaterThan(30)
    expect(runs[2]!.correct).toBeGreaterThan(30)
    expect(runs[3]!.correct).toBeGreaterThan(25)

    const out = join(folder, 'predictions.json')
    const at = ['--project', project, '--run', 'Detector']
    expect(await headlight('export', ...at, '--what', 'predictions', '--format', 'json', '--out', out)).toBe(0)
    const { rows } = JSON.parse(readFileSync(out, 'utf8')) as { rows: Row[] }
    const overlaps = await Promise.all(rows.map(async (row) => overlap(boxOf(row), await objectBox(row.path))))
    expect(overlaps.filter((share) => share > 0.5).length).toBeGreaterThan(30)
  },
  600_000,
)

type Corners = [left: number, top: number, right: number, bottom: number]
type Row = { path: string } & Record<'box_x1' | 'box_y1' | 'box_x2' | 'box_y2', number>

const boxOf = ({ box_x1, box_y1, box_x2, box_y2 }: Row): Corners => [box_x1, box_y1, box_x2, box_y2]

/** Of the object that a picture is labelled with, in pixels, from its mask. */
async function objectBox(path: string): Promise<Corners> {
  const file = join(findQuestionsDemo()!.masksPath, path.replace('.jpg', '.png'))
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
  const inside = Array.from(data.keys()).filter((at) => data[at]! > 0)
  const columns = inside.map((at) => at % info.width)
  const rows = inside.map((at) => Math.floor(at / info.width))
  const [low, high] = [Math.min, Math.max].map((most) => [most(...columns), most(...rows)]) as [number[], number[]]
  return [low[0]!, low[1]!, high[0]! + 1, high[1]! + 1]
}

/** Intersection over union. */
function overlap(a: Corners, b: Corners): number {
  const area = ([left, top, right, bottom]: Corners) => Math.max(0, right - left) * Math.max(0, bottom - top)
  const common = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])])
  return common / (area(a) + area(b) - common)
}
