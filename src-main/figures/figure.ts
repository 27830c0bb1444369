/** A recipe over the results of a project becomes a figure. */
import type { RunInfo, SampleRow } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { METHODS } from '@headlight/explain/methods'
import type { Drawn } from './drawn'
import { drawGrid } from './grid/grid-figure'
import { panelTargets } from './grid/panel-target'
import { drawConfusion } from './plots/confusion'
import { drawDistribution } from './plots/distribution'
import { drawClassHeads, drawGroupDifference, drawHeadMatrix } from './plots/head-plots'
import { drawLocalisation } from './plots/localisation'
import { fitted, missingLetters } from './scene/fonts'
import { onPixel, pageOf, type Page } from './scene/page'
import type { Provenance } from './scene/provenance'
import { type Mark, type Scene, text } from './scene/scene'
import { writePdf } from './scene/write-pdf'
import { writePng } from './scene/write-png'
import { writeSvg } from './scene/write-svg'
import type { FigureSource } from './source'
import { cachedSource } from './source-cache'

export const FIGURE_FORMATS = ['svg', 'pdf', 'png'] as const
export type FigureFormat = (typeof FIGURE_FORMATS)[number]

export interface Figure {
  scene: Scene
  dpi: number
  provenance: Provenance
  /** What the reader should know: letters without a shape, samples without a result. */
  notices: string[]
}

/**
 * Lays out the figure of a recipe. `creator` is the program and its version. With a lower `pictureDpi` it is laid out the
 * same, with fewer pixels in its pictures: a preview.
 */
export async function makeFigure(
  recipe: Recipe,
  project: FigureSource,
  creator: string,
  pictureDpi = recipe.dpi,
): Promise<Figure> {
  const source = cachedSource(project)
  const run = await source.run(recipe.run)
  const page = pageOf(recipe, pictureDpi)
  const samples = recipe.content.kind === 'grid' ? await source.samples(run, recipe.content.samples) : []
  const title = titleMarks(page, recipe.title)
  const inner = page.height === null ? page : { ...page, height: page.height - title.height }
  const content = await drawContent(inner, recipe, source, run, samples)
  const height = page.height ?? onPixel(page, title.height + content.height)
  const scene: Scene = {
    width: page.width,
    height,
    family: page.family,
    background: recipe.background === 'white' ? '#ffffff' : null,
    title: recipe.title ?? recipe.name,
    marks: [...title.marks, ...content.marks.map((mark) => lowered(mark, title.height))].map((mark) =>
      sharpened(page, mark),
    ),
  }
  return {
    scene,
    dpi: recipe.dpi,
    provenance: provenanceOf(recipe, run, samples, await panelTargets(source, run, recipe.content), creator),
    notices: noticesOf(scene, title.height + content.height),
  }
}

/** The figure as a file of the format. */
export async function writeFigure({ scene, dpi, provenance }: Figure, format: FigureFormat): Promise<Buffer> {
  switch (format) {
    case 'svg':
      return Buffer.from(await writeSvg(scene, provenance))
    case 'pdf':
      return writePdf(scene, provenance)
    case 'png':
      return writePng(scene, dpi, provenance)
  }
}

async function drawContent(
  page: Page,
  { content }: Recipe,
  source: FigureSource,
  run: RunInfo,
  samples: SampleRow[],
): Promise<Drawn> {
  switch (content.kind) {
    case 'grid':
      return drawGrid(page, source, run, samples, content)
    case 'head-matrix':
      return drawHeadMatrix(page, source, run, content)
    case 'class-heads':
      return drawClassHeads(page, source, run, content)
    case 'head-distribution':
      return drawDistribution(page, source, run, content)
    case 'group-difference':
      return drawGroupDifference(page, source, run, content)
    case 'confusion':
      return drawConfusion(page, source, run, content)
    case 'localisation':
      return drawLocalisation(page, source, run, content)
  }
}

function titleMarks(page: Page, title: string | undefined): Drawn {
  if (title === undefined || title === '') return { marks: [], height: 0 }
  const size = page.fontSize * 1.2
  const words = fitted(title, page.width, size, page.family, 600)
  return { marks: [text(0, size, words, size, { weight: 600 })], height: onPixel(page, size * 1.7) }
}

function lowered(mark: Mark, by: number): Mark {
  if (mark.kind === 'path') return { ...mark, points: mark.points.map(([x, y]) => [x, y + by] as const) }
  return { ...mark, y: mark.y + by }
}

/** Baselines and rules on whole pixels: there every renderer draws the same edges. */
function sharpened(page: Page, mark: Mark): Mark {
  if (mark.kind === 'text') {
    return mark.rotate === 0 ? { ...mark, y: onPixel(page, mark.y) } : { ...mark, x: onPixel(page, mark.x) }
  }
  if ((mark.kind !== 'rect' && mark.kind !== 'path') || mark.stroke === null) return mark
  const pixel = 72 / page.dpi
  const strokeWidth = Math.max(1, Math.round(mark.strokeWidth / pixel)) * pixel
  const centred = (value: number) => onPixel(page, value - strokeWidth / 2) + strokeWidth / 2
  if (mark.kind === 'path')
    return { ...mark, strokeWidth, points: mark.points.map(([x, y]) => [centred(x), centred(y)]) }
  const [x, y] = [centred(mark.x), centred(mark.y)]
  return {
    ...mark,
    ...{ strokeWidth, x, y },
    width: centred(mark.x + mark.width) - x,
    height: centred(mark.y + mark.height) - y,
  }
}

function provenanceOf(
  recipe: Recipe,
  run: RunInfo,
  samples: SampleRow[],
  targets: Awaited<ReturnType<typeof panelTargets>>,
  creator: string,
): Provenance {
  const { definition, model } = run
  return {
    title: recipe.title ?? recipe.name,
    creator,
    model: { file: model.fileName, sha256: model.hash },
    run: run.name,
    settings: {
      target: JSON.stringify(definition.target),
      methods: definition.methods.map((method) => METHODS[method].name).join(', '),
      options: JSON.stringify(definition.settings),
      provider: run.provider ?? '',
      precision: definition.precision,
      // By class numbers, whatever names the recipe uses.
      ...(targets.length > 0 && { panelTargets: JSON.stringify(targets) }),
    },
    samples: samples.map(({ path }) => path),
    recipe,
  }
}

function noticesOf(scene: Scene, needed: number): string[] {
  const texts = scene.marks.filter((mark) => mark.kind === 'text')
  const missing = missingLetters(texts, scene.family)
  return [
    ...(missing.length > 0
      ? [`The figure's font has no shape for ${missing.slice(0, 20).join(' ')}: change the words, or the font.`]
      : []),
    ...(needed > scene.height + 1
      ? ['The content is taller than the figure: give it more height, or fewer rows.']
      : []),
  ]
}
