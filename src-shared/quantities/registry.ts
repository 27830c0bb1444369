/**
 * Numbers of a sample that are looked up by name: each is at once a term of filters, an order and a column of exports. A
 * new one is an entry here and where its values lie (library/quantities/quantity-column.ts).
 */
import { type MetricId, PART_METRICS, type PartId } from '../evaluation/metrics'

/** What stands in the brackets behind a name: a head, `taylor(7,2)`, or a map, `iou(gmar_l1)`. */
export type QuantityOf = 'head' | 'map'

export interface QuantityInfo {
  /** As filters, orders and exports write it. */
  name: string
  of: QuantityOf
  /** A whole term of a filter. */
  example: string
  meaning: string
  /** Why a run has no values of it, and what to do, in one sentence. */
  absent: string
}

const MEANINGS: Record<MetricId, string> = {
  deletion_mean: "area under p while a map's first patches take the mean colour",
  deletion_blur: 'the same with blurred patches',
  insertion_mean: 'area under p while all but its first patches have the mean colour',
  insertion_blur: 'the same with blurred patches',
  average_drop: 'percent of p that is lost with the picture times the map, dark being the mean colour',
  increase: '100 where p rises with it, else 0',
  average_gain: 'percent of 1 - p that is won with it',
  average_drop_black: 'average drop, dark being black',
  increase_black: 'increase, dark being black',
  average_gain_black: 'average gain, dark being black',
  road_morf: 'mean p while the most relevant patches are removed',
  road_lerf: 'mean p while the least relevant patches are removed',
  road_difference: 'ROAD: the latter less the former',
  road_accuracy_morf: 'share that is right while the most relevant patches are removed',
  road_accuracy_lerf: 'share that is right while the least relevant patches are removed',
  saco: 'SaCo: whether groups of patches weigh as much as the map says, -1 to 1',
  randomisation_last: "Spearman with the map after the last block's weights were shuffled",
  randomisation_all: 'the same, all blocks shuffled',
  pointing: '1 where the map is highest inside of the mask, else 0',
  energy: 'share of the map inside of the mask',
  iou: 'overlap of the map above its mean with the mask',
}

/** Values of examples: what a reviewer would ask for first. */
const EXAMPLES: Partial<Record<MetricId, string>> = { iou: '<0.2', pointing: '=0', saco: '<0', energy: '<0.5' }

export const TAYLOR_ABSENT =
  'This run has no sum A o G of heads: it was computed by a former version, or without head scores; run it again.'

const metrics = (Object.keys(PART_METRICS) as PartId[]).flatMap((part) =>
  PART_METRICS[part].map((name): QuantityInfo => {
    const option = part.startsWith('deletion') || part.startsWith('insertion') ? part.split('_')[0]! : part
    return {
      ...{ name, of: 'map', example: `${name}(gmar_l1)${EXAMPLES[name] ?? '>0.5'}`, meaning: MEANINGS[name] },
      absent: `This run has no values of ${name} of that map: headlight evaluate --metrics ${option} measures them.`,
    }
  }),
)

/** Every quantity, heads first, then in the order of the tables of evaluations. */
export const QUANTITIES: readonly QuantityInfo[] = [
  {
    name: 'taylor',
    of: 'head',
    example: 'taylor(7,2)<0',
    meaning: 'sum A o G of head 2 in layer 7: what the logit loses without it, to first order',
    absent: TAYLOR_ABSENT,
  },
  ...metrics,
]

const byName = new Map(QUANTITIES.map((each) => [each.name, each]))

export const quantityNamed = (name: string): QuantityInfo | undefined => byName.get(name)
