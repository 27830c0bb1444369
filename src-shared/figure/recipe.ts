/**
 * A figure's recipe: a small JSON file that says everything about a figure but the data. The same recipe over the same
 * results gives the same figure. What is left out has the default named here.
 */
import { z } from 'zod'
import { HEAD_GROUPINGS } from '../api/head-groupings'
import { indexSchema, realSchema } from '../api/limits'
import { COLORMAP_IDS } from '../heatmap/colormap'
import { METHOD_IDS } from '@headlight/explain/methods'
import { SIZE_PRESET_IDS, UNITS } from './sizes'

const method = z.enum(METHOD_IDS)
const title = z.string().max(200).optional()
const head = z.object({ layer: indexSchema, head: indexSchema })
const filter = z.string().max(2000).default('')
/** What the map explains, as on the command line (`predicted-label`, `Shirt-Coat`, `3`); the run's own without it. */
const target = z.string().min(1).max(500).optional()
const norm = z.enum(['l1', 'l2']).default('l1')
const sequential = z.enum(COLORMAP_IDS).default('inferno')

/** A figure of more samples is a gallery. */
export const MAX_SAMPLES = 64

/** Which samples, in which order: by path, or the first of a filter. */
export const selectionSchema = z.union([
  z.strictObject({ paths: z.array(z.string().min(1).max(4096)).min(1).max(MAX_SAMPLES) }),
  z.strictObject({
    filter,
    sort: z.enum(['path', 'confidence', 'label', 'dataset_label', 'split', 'prediction', 'correct']).default('path'),
    descending: z.boolean().default(false),
    limit: z.number().int().min(1).max(MAX_SAMPLES),
  }),
])

/** A run's name or number; without it, the figure's. */
const panelRun = z.string().max(200).optional()

/** One panel a sample. */
export const panelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), title }),
  z.strictObject({ kind: z.literal('method'), method, run: panelRun, target, title }),
  /** Attention from the read-out token, or from a patch: its number, row by row. */
  z.strictObject({
    kind: z.literal('head'),
    ...head.shape,
    patch: indexSchema.optional(),
    run: panelRun,
    title,
  }),
  /** `a` of `run` less `b` of `runB`. */
  z.strictObject({
    kind: z.literal('difference'),
    a: method,
    b: method,
    run: panelRun,
    runB: panelRun,
    target,
    title,
  }),
  z.strictObject({ kind: z.literal('mask'), title }),
])

/** Samples x panels. */
const gridSchema = z.strictObject({
  kind: z.literal('grid'),
  samples: selectionSchema,
  panels: z.array(panelSchema).min(1).max(16),
  /** A sample is a row or a column of the grid. */
  samplesAs: z.enum(['rows', 'columns']).default('rows'),
  /** 'overlay': the map over the picture; 'map': the map alone; 'pair': the picture and the overlay side by side. */
  display: z.enum(['overlay', 'map', 'pair']).default('overlay'),
  /** The range of the colormap: each map's own, one for each kind of panel, or one for all maps. */
  scale: z.enum(['own', 'panel', 'shared']).default('own'),
  colormap: sequential,
  opacity: z.number().min(0).max(1).default(0.6),
  /** Pictures under maps are drawn in grey, so that every colour belongs to the map. */
  grey: z.boolean().default(true),
  interpolation: z.enum(['bilinear', 'nearest']).default('bilinear'),
  /** The box of a detector's query over pictures and maps. */
  boxes: z.boolean().default(true),
  /** Part of the model's input that is shown, in shares of its width and height. */
  crop: z
    .strictObject({
      x: z.number().min(0).max(0.99),
      y: z.number().min(0).max(0.99),
      width: z.number().min(0.01).max(1),
      height: z.number().min(0.01).max(1),
    })
    .refine(({ x, width }) => x + width <= 1, 'the crop reaches beyond the right edge')
    .refine(({ y, height }) => y + height <= 1, 'the crop reaches beyond the lower edge')
    .optional(),
  /** Points between panels. */
  gap: z.number().min(0).max(72).default(3),
  /** Beside each sample: its label, its file, nothing, or these words. */
  sampleTitles: z
    .union([z.enum(['label', 'path', 'none']), z.array(z.string().max(200)).max(MAX_SAMPLES)])
    .default('label'),
  /** Under each sample's first panel: what was predicted. */
  captions: z.enum(['prediction', 'none']).default('prediction'),
  /** 'a', 'b', ... in the corner of each panel's title. */
  letters: z.boolean().default(false),
  colorBars: z.boolean().default(true),
})

const headMatrixSchema = z.strictObject({
  kind: z.literal('head-matrix'),
  filter,
  norm,
  colormap: z.enum(COLORMAP_IDS).default('viridis'),
})

const classHeadsSchema = z.strictObject({
  kind: z.literal('class-heads'),
  by: z.enum(['class', 'label', 'split', 'prediction', 'correct']).default('class'),
  filter,
  norm,
  colormap: z.enum(COLORMAP_IDS).default('viridis'),
})

const distributionSchema = z.strictObject({
  kind: z.literal('head-distribution'),
  heads: z.array(z.strictObject(head.shape)).min(1).max(24),
  by: z.enum(HEAD_GROUPINGS).default('class'),
  filter,
  norm,
})

const differenceSchema = z.strictObject({
  kind: z.literal('group-difference'),
  a: z.string().max(2000),
  b: z.string().max(2000),
  nameA: z.string().max(100).optional(),
  nameB: z.string().max(100).optional(),
  norm,
  /** Samples of the same label only are compared: Cohen's d within labels, van Elteren's test. */
  stratified: z.boolean().default(false),
  /** Heads with a q-value under this are marked. */
  significance: z.number().min(0).max(1).default(0.05),
})

const confusionSchema = z.strictObject({
  kind: z.literal('confusion'),
  filter,
  /** Rows are classes, or labels as the dataset writes them, those that no class is meant by among them. */
  rows: z.enum(['class', 'label']).default('class'),
  share: z.enum(['count', 'row', 'column']).default('row'),
  colormap: z.enum(COLORMAP_IDS).default('viridis'),
  /** Write the number into each cell. */
  numbers: z.boolean().default(true),
})

const localisationSchema = z.strictObject({ kind: z.literal('localisation'), filter })

export const figureContentSchema = z.discriminatedUnion('kind', [
  gridSchema,
  headMatrixSchema,
  classHeadsSchema,
  distributionSchema,
  differenceSchema,
  confusionSchema,
  localisationSchema,
])

export const recipeSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(200),
  /** Above the figure; nothing without it. */
  title,
  /** A run's name or number; the project's only run without it. */
  run: z.string().max(200).optional(),
  size: z
    .union([
      z.strictObject({ preset: z.enum(SIZE_PRESET_IDS) }),
      z.strictObject({ width: realSchema.positive(), height: realSchema.positive().optional(), unit: z.enum(UNITS) }),
    ])
    .default({ preset: 'cvpr-double' }),
  /** Pixels an inch of every raster in the figure, and of PNG. */
  dpi: z.number().int().min(72).max(1200).default(300),
  /** Size in points; the preset's without it. */
  font: z
    .strictObject({ family: z.enum(['sans', 'serif']).default('sans'), size: z.number().min(4).max(72).optional() })
    .default({ family: 'sans' }),
  background: z.enum(['white', 'transparent']).default('white'),
  content: figureContentSchema,
})

/** A recipe with every default filled in. */
export type Recipe = z.output<typeof recipeSchema>
/** A recipe as it is written by hand. */
export type RecipeInput = z.input<typeof recipeSchema>
export type FigureContent = Recipe['content']
export type Content<Kind extends FigureContent['kind']> = Extract<FigureContent, { kind: Kind }>
export type GridContent = Content<'grid'>
export type Panel = GridContent['panels'][number]
export type Selection = GridContent['samples']

/** Checks a recipe and fills in its defaults; one sentence a problem, each with its place in the recipe. */
export function readRecipe(json: unknown): { recipe: Recipe } | { problems: string[] } {
  const read = recipeSchema.safeParse(json)
  if (read.success) return { recipe: read.data }
  return {
    problems: read.error.issues.map(
      ({ path, message }) => `${path.length > 0 ? path.join('.') : 'recipe'}: ${message}`,
    ),
  }
}
