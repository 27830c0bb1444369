import sharp, { type OverlayOptions } from 'sharp'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { SCALES } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@shared/methods'
import type { RunInfo, SampleRow } from '@shared/api'
import type { SampleLocation } from '../datasets/location'
import { colorBar, overlayTile, tile } from './overlay'
import { INK, MUTED, RULE, WRONG, line, svg, text } from './svg'

/** A sample with what is needed to draw it. */
export interface Example {
  row: SampleRow
  /** Where its picture lies. */
  file: SampleLocation
  /** `[rows * columns]`, raw. */
  relevance: Float32Array
  grid: [number, number]
}

/** One row of the sheet: a class with samples that the model got right and samples that it got wrong. */
export interface ExampleRow {
  label: string
  correct: Example[]
  wrong: Example[]
}

export interface ContactSheetOptions {
  run: RunInfo
  method: MethodId
  rows: ExampleRow[]
  /** What the model saw of a sample, as an encoded picture. */
  picture(example: Example): Promise<Uint8Array>
}

/** Pixels. Each sample is a pair: what the model saw, and the same under its map. */
const TILE = 148
const GAP = 6
const PAIR = 2 * TILE + GAP
const BETWEEN_PAIRS = 20
const BETWEEN_HALVES = 56
const MARGIN = 56
const LABELS = 172
const HEADER = 188
const ROW = TILE + 52
const FOOTER = 128
const EACH = 3

const HALF = EACH * PAIR + (EACH - 1) * BETWEEN_PAIRS
const LEFT = MARGIN + LABELS
const RIGHT = LEFT + HALF + BETWEEN_HALVES
const WIDTH = RIGHT + HALF + MARGIN

const colormap = COLORMAPS.inferno

/** Writes the sheet as PNG: a row a class, samples that the model got right on the left, wrong ones on the right. */
export async function drawContactSheet(file: string, options: ContactSheetOptions): Promise<void> {
  const height = HEADER + options.rows.length * ROW + FOOTER
  const layers: OverlayOptions[] = [
    { input: Buffer.from(svg(WIDTH, height, lettering(options, height))), left: 0, top: 0 },
  ]
  for (const { example, x, y } of placed(options.rows)) {
    const picture = await options.picture(example)
    const { relevance, grid } = example
    layers.push({ input: await tile(picture, TILE), left: x, top: y })
    layers.push({ input: await overlayTile(picture, relevance, grid, colormap, TILE), left: x + TILE + GAP, top: y })
  }
  layers.push({ input: await colorBar(colormap, PAIR, 14), left: LEFT, top: height - FOOTER + 34 })
  await sharp({ create: { width: WIDTH, height, channels: 3, background: 'white' } })
    .composite(layers)
    .png({ compressionLevel: 9 })
    .withMetadata({ density: 300 })
    .toFile(file)
}

function placed(rows: ExampleRow[]): { example: Example; x: number; y: number }[] {
  return rows.flatMap(({ correct, wrong }, row) => [
    ...correct.map((example, i) => ({ example, ...place(LEFT, row, i) })),
    ...wrong.map((example, i) => ({ example, ...place(RIGHT, row, i) })),
  ])
}

function place(half: number, row: number, column: number): { x: number; y: number } {
  return { x: half + column * (PAIR + BETWEEN_PAIRS), y: HEADER + row * ROW }
}

function lettering({ run, method, rows }: ContactSheetOptions, height: number): string[] {
  return [
    ...header(run, method),
    ...rows.flatMap((row, index) => captions(run, row, index)),
    ...footer(run, method, height),
  ]
}

function header(run: RunInfo, method: MethodId): string[] {
  const accuracy = run.labelled > 0 ? `, accuracy ${((run.correct / run.labelled) * 100).toFixed(1)}%` : ''
  const subtitle = `${run.model.fileName} on ${run.done.toLocaleString('en')} images${accuracy}. Each pair: the input, and the same under its relevance map.`
  return [
    text(MARGIN, 62, `Where the model looks, right and wrong: ${METHODS[method].name}`, { size: 32, weight: 600 }),
    text(MARGIN, 96, subtitle, { size: 18, color: MUTED }),
    text(LEFT, 150, 'Right, most confident', { size: 20, weight: 600 }),
    text(RIGHT, 150, 'Wrong, most confident', { size: 20, weight: 600, color: WRONG }),
    line(LEFT, 164, LEFT + HALF, 164, RULE),
    line(RIGHT, 164, RIGHT + HALF, 164, RULE),
  ]
}

function captions(run: RunInfo, { label, correct, wrong }: ExampleRow, row: number): string[] {
  const middle = HEADER + row * ROW + TILE / 2
  const name = (example: Example) => run.definition.labels[example.row.prediction ?? -1] ?? '?'
  const under = (half: number, index: number, caption: string, color: string) => {
    const { x, y } = place(half, row, index)
    return text(x, y + TILE + 22, caption, { size: 15, color })
  }
  const none = wrong.length === 0 ? [text(RIGHT, middle + 6, 'none', { size: 16, color: MUTED })] : []
  return [
    text(LEFT - 20, middle + 6, readable(label), { size: 19, weight: 600, anchor: 'end' }),
    ...correct.map((example, i) => under(LEFT, i, `p = ${probability(example)}`, MUTED)),
    ...wrong.map((example, i) =>
      under(RIGHT, i, `taken for ${readable(name(example))}, p = ${probability(example)}`, WRONG),
    ),
    ...none,
  ]
}

function footer(run: RunInfo, method: MethodId, height: number): string[] {
  const top = height - FOOTER
  const { formula, citation } = METHODS[method]
  const target = run.definition.target.kind === 'predicted' ? 'the predicted class' : 'the chosen class'
  const certificate = run.certificate
    ? `Gradients checked against finite differences: worst relative error ${run.certificate.gradientError.toExponential(1)}.`
    : ''
  const notes = LEFT + PAIR + BETWEEN_PAIRS
  return [
    line(MARGIN, top + 8, WIDTH - MARGIN, top + 8, RULE),
    text(LEFT, top + 70, 'low', { size: 14, color: MUTED }),
    text(LEFT + PAIR, top + 70, 'high', { size: 14, color: MUTED, anchor: 'end' }),
    text(LEFT + PAIR / 2, top + 70, 'relevance', { size: 14, color: MUTED, anchor: 'middle' }),
    text(notes, top + 46, `${formula}. ${citation}. Explained: ${target}.`, { size: 15, color: INK }),
    text(notes, top + 70, `Scale: ${SCALES.minmax.meaning} Colours: ${colormap.name}. ${certificate}`, {
      size: 15,
      color: MUTED,
    }),
    text(
      notes,
      top + 94,
      `Model SHA-256 ${run.model.hash.slice(0, 16)}, provider ${run.provider}, ${run.definition.precision}.`,
      {
        size: 15,
        color: MUTED,
      },
    ),
  ]
}

function probability({ row }: Example): string {
  return (row.confidence ?? 0).toFixed(3)
}

/** Class names are often folder names. */
function readable(name: string): string {
  return name.replaceAll('_', ' ')
}
