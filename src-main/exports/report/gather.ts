import sharp from 'sharp'
import type { Annotation, Confusion, LocalisationScore, RunInfo, SampleRow } from '@shared/api'
import { toErrorValue } from '@shared/errors'
import type { RecipeInput } from '@shared/figure/recipe'
import { recipeSchema } from '@shared/figure/recipe'
import { looseName } from '@shared/loose-name'
import type { MethodId } from '@headlight/explain/methods'
import { makeFigure, writeFigure } from '../../figures/figure'
import { type TopHead, topHeads } from '../../figures/top-heads'
import type { FigureSource } from '../../figures/source'
import type { JobControl } from '../control'
import { asImage, drawOverlay, overlaySize } from '../overlays/draw-overlay'
import type { Chosen, ExportSource } from '../source'

/** Cards in the report; each carries two pictures. */
const MAX_ANNOTATED = 60
const MAX_FAILURES = 24
const TOP_CONFUSIONS = 12
const HEAVIEST = 8
/** Classes above which a matrix of them cannot be read on paper. */
const MAX_CLASSES = 60
const PICTURE = 224
const JPEG_QUALITY = 85

export interface ReportCard {
  row: SampleRow
  annotations: Annotation[]
  /** Encoded JPEGs: what the model saw, and the map over it; null where there is none. */
  picture: Uint8Array | null
  overlay: Uint8Array | null
  problem: string | null
}

export interface CardList {
  total: number
  cards: ReportCard[]
}

export interface Review {
  run: RunInfo
  filter: string
  method: MethodId | null
  counts: { samples: number; labelled: number; correct: number; failed: number }
  /** The same of all samples of the run, whatever the filter; null where there is none. */
  whole: { samples: number; labelled: number; correct: number } | null
  confusions: { label: number; prediction: number; count: number; share: number }[]
  /** SVG documents; the sentence where there is none. */
  confusionMatrix: string
  headStatistics: string
  /** Of largest mean weight; none where the run has no head scores. */
  heaviest: (TopHead & { norm: 'l1' | 'l2' })[]
  /** Means by method; none where no sample has a mask that was read. */
  localisation: LocalisationScore[]
  annotated: CardList
  failures: CardList
}

export type ReportSource = ExportSource & { figures: FigureSource }

/** Reads everything that a report shows. */
export async function gatherReview(source: ReportSource, chosen: Chosen, control: JobControl): Promise<Review> {
  const { library } = source
  const { run, filter } = chosen
  const ids = async (extra: string) => {
    const both = [filter, extra].filter((part) => part !== '').join(' ')
    return (await library.samples.query({ runId: run.id, filter: both, sort: 'confidence', descending: true })).ids
  }
  const facets = await library.samples.facets({ runId: run.id, filter })
  const confusion = await library.statistics.confusion({ runId: run.id, filter })
  const lists = [
    { ids: await ids('annotated:true'), most: MAX_ANNOTATED },
    { ids: await ids('correct:false annotated:false'), most: MAX_FAILURES },
  ]
  const total = lists.reduce((sum, list) => sum + Math.min(list.most, list.ids.length), 0)
  const method = run.definition.methods[0] ?? null
  const cards: CardList[] = []
  let done = 0
  for (const list of lists) {
    const shown = list.ids.slice(0, list.most)
    const made: ReportCard[] = []
    const rows = await library.samples.rows({ runId: run.id, ids: shown })
    const said = await library.annotations.ofSamples({ ids: shown })
    const annotations = new Map(said.map((one) => [one.sampleId, one.annotations]))
    for (const row of rows) {
      made.push(await readCard(source, run, row, annotations.get(row.id) ?? [], method))
      await control.step(++done, total)
    }
    cards.push({ total: list.ids.length, cards: made })
  }
  const none: CardList = { total: 0, cards: [] }
  return {
    run,
    filter,
    method,
    counts: {
      samples: (await ids('')).length,
      labelled: facets.correct + facets.wrong,
      correct: facets.correct,
      failed: facets.errors,
    },
    whole: filter === '' ? null : await countWhole(source, run),
    confusions: topConfusions(confusion),
    confusionMatrix: await confusionFigure(source, chosen, confusion),
    headStatistics: await headFigure(source, chosen, facets.labels.length),
    heaviest: await heaviestHeads(source, chosen),
    localisation: await library.statistics.localisation({ runId: run.id, filter }),
    annotated: cards[0] ?? none,
    failures: cards[1] ?? none,
  }
}

async function countWhole({ library }: ReportSource, run: RunInfo): Promise<Review['whole']> {
  const { correct, wrong } = await library.samples.facets({ runId: run.id, filter: '' })
  const { total } = await library.samples.query({ runId: run.id, filter: '', sort: 'path', descending: false })
  return { samples: total, labelled: correct + wrong, correct }
}

async function readCard(
  { figures }: ReportSource,
  run: RunInfo,
  row: SampleRow,
  annotations: Annotation[],
  method: MethodId | null,
): Promise<ReportCard> {
  const card: ReportCard = { row, annotations, picture: null, overlay: null, problem: row.error }
  if (row.error !== null) return card
  try {
    const encoded = await figures.picture(run, row.id)
    const size = overlaySize(run.definition.preprocessing, PICTURE)
    const map = method && (await figures.map(run, row.id, method))
    card.picture = await sharp(encoded)
      .flatten({ background: 'white' })
      .resize(size.width, size.height, { fit: 'fill' })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer()
    if (map) {
      card.overlay = await asImage(await drawOverlay(encoded, map, size))
        .jpeg({ quality: JPEG_QUALITY })
        .toBuffer()
    }
  } catch (error) {
    card.problem = toErrorValue(error).message
  }
  return card
}

function topConfusions({ labels, predictions, counts }: Confusion): Review['confusions'] {
  const ofLabel = new Map<number, number>()
  labels.forEach((label, i) => ofLabel.set(label, (ofLabel.get(label) ?? 0) + counts[i]!))
  return Array.from(labels, (label, i) => ({ label, prediction: predictions[i]!, count: counts[i]! }))
    .filter(({ label, prediction }) => label !== prediction)
    .sort((a, b) => b.count - a.count)
    .slice(0, TOP_CONFUSIONS)
    .map((pair) => ({ ...pair, share: pair.count / (ofLabel.get(pair.label) ?? 1) }))
}

async function confusionFigure(source: ReportSource, { run, filter }: Chosen, confusion: Confusion): Promise<string> {
  const classes = new Set([...confusion.labels, ...confusion.predictions]).size
  if (classes === 0 && confusion.datasetLabels.length === 0) return 'No sample has a label that the model knows.'
  if (classes > MAX_CLASSES) return `The matrix of ${classes} classes is left out; the Confusion screen shows it.`
  // Where a label has no class, or another name than its class, rows are the dataset's own labels.
  const named = confusion.datasetLabels.every(({ name, classIndex }) => {
    return classIndex !== null && looseName(name) === looseName(run.definition.labels[classIndex] ?? '')
  })
  const rows = named || confusion.datasetLabels.length > MAX_CLASSES ? 'class' : 'label'
  return figure(source, run, { kind: 'confusion', filter, rows })
}

async function headFigure(source: ReportSource, { run, filter }: Chosen, classes: number): Promise<string> {
  const { norms } = await source.library.samples.columnFacts({ runId: run.id })
  const norm = norms[0]
  if (norm === undefined) return 'The run computed no head scores.'
  const byClass = classes > 0 && classes <= MAX_CLASSES
  return figure(source, run, byClass ? { kind: 'class-heads', filter, norm } : { kind: 'head-matrix', filter, norm })
}

async function heaviestHeads({ library }: ReportSource, { run, filter }: Chosen): Promise<Review['heaviest']> {
  const [norm] = (await library.samples.columnFacts({ runId: run.id })).norms
  if (norm === undefined) return []
  const statistics = await library.statistics.heads({ runId: run.id, by: 'all', filter, norm })
  return statistics.groups.flatMap((group) => topHeads(group, statistics, HEAVIEST)).map((head) => ({ ...head, norm }))
}

async function figure(source: ReportSource, run: RunInfo, content: RecipeInput['content']): Promise<string> {
  const recipe = recipeSchema.parse({ version: 1, name: content.kind, run: run.name, content })
  const ofRun: FigureSource = { ...source.figures, run: async () => run }
  return (await writeFigure(await makeFigure(recipe, ofRun, source.program), 'svg')).toString()
}
