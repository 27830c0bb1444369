/** The metrics of faithfulness (docs/EVALUATION.md): their names, how they are asked for, and which way is better. */

/** What `--metrics` knows, in the order of tables. */
export const METRIC_GROUPS = ['deletion', 'insertion', 'ad', 'road', 'saco', 'randomisation', 'localisation'] as const
export type MetricGroup = (typeof METRIC_GROUPS)[number]

/** Which pixels stand where patches were removed: the mean colour, or the blurred image. */
export const FILLS = ['mean', 'blur'] as const
export type Fill = (typeof FILLS)[number]

/** What is measured together for a map, and kept together: a part gives one value a metric. */
export const PART_METRICS = {
  deletion_mean: ['deletion_mean'],
  deletion_blur: ['deletion_blur'],
  insertion_mean: ['insertion_mean'],
  insertion_blur: ['insertion_blur'],
  ad: ['average_drop', 'increase', 'average_gain', 'average_drop_black', 'increase_black', 'average_gain_black'],
  road: ['road_morf', 'road_lerf', 'road_difference', 'road_accuracy_morf', 'road_accuracy_lerf'],
  saco: ['saco'],
  randomisation: ['randomisation_last', 'randomisation_all'],
  localisation: ['pointing', 'energy', 'iou'],
} as const
export type PartId = keyof typeof PART_METRICS
export type MetricId = (typeof PART_METRICS)[PartId][number]

/** Rises when what is measured under the same name and settings would come out otherwise. */
export const METRIC_VERSION = 1

/** Parts in the order of tables. */
export const PARTS = Object.keys(PART_METRICS) as PartId[]

/** The seeded order a sample, and the Gaussian in the middle: in every table, behind the methods. */
export const CONTROLS = ['random', 'centre'] as const
export type ControlId = (typeof CONTROLS)[number]
export const isControl = (column: string): column is ControlId => (CONTROLS as readonly string[]).includes(column)

/** Whether more of it speaks for a map; less of it does otherwise. */
export const MORE_IS_BETTER: Record<MetricId, boolean> = {
  deletion_mean: false,
  deletion_blur: false,
  insertion_mean: true,
  insertion_blur: true,
  average_drop: false,
  increase: true,
  average_gain: true,
  average_drop_black: false,
  increase_black: true,
  average_gain_black: true,
  road_morf: false,
  road_lerf: true,
  road_difference: true,
  road_accuracy_morf: false,
  road_accuracy_lerf: true,
  saco: true,
  randomisation_last: false,
  randomisation_all: false,
  pointing: true,
  energy: true,
  iou: true,
}

/** Controls of randomisation, which has one of each for every method: the next image's map, and the Gaussian in the middle. */
const RANDOMISATION_CONTROLS = ['next', 'centre'] as const

/** What a part has values of, in the order of tables: methods, then controls. */
export function columnsOf(part: PartId, methods: readonly string[]): string[] {
  if (part !== 'randomisation') return [...methods, ...CONTROLS]
  return [...methods, ...RANDOMISATION_CONTROLS.flatMap((control) => methods.map((method) => `${method}:${control}`))]
}

/** The method of a column of randomisation, and the control that it is; null for the method itself. */
export function randomisationColumn(column: string): {
  method: string
  control: (typeof RANDOMISATION_CONTROLS)[number] | null
} {
  const [method = '', control] = column.split(':')
  return { method, control: RANDOMISATION_CONTROLS.find((each) => each === control) ?? null }
}

/** The parts that groups ask for, with these fills. */
export function partsOf(groups: readonly MetricGroup[], fills: readonly Fill[]): PartId[] {
  return PARTS.filter((part) => {
    const [group, fill] = part.split('_') as [MetricGroup, Fill | undefined]
    return groups.includes(group) && (fill === undefined || fills.includes(fill))
  })
}
