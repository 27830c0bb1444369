/** Columns of a detector's run: the query that each sample was explained at, and its box in the picture. */
import type { RunInfo, SampleRow } from '@shared/api'
import { boxInPicture } from '@shared/detection-box'
import type { CellValue, Column, ColumnValues } from '../table'

const BOX = ['x1', 'y1', 'x2', 'y2'] as const

/** None for other models than detectors. */
export function detectionColumns({ model: { dense } }: RunInfo): Column[] {
  if (dense?.kind !== 'queries') return []
  const query: Column = {
    name: 'query',
    type: 'int32',
    meaning: 'The query whose logit was explained, from 0; missing in runs of former versions.',
  }
  if (dense.boxes === null) return [query]
  return [
    query,
    ...BOX.map((name): Column => ({
      name: `box_${name}`,
      type: 'float32',
      meaning: `${name} of its box, pixels of the upright image from the top left; it may reach beyond the image.`,
    })),
  ]
}

/** The values of `detectionColumns`. */
export function detectionValues({ model: { dense }, definition }: RunInfo, rows: readonly SampleRow[]): ColumnValues[] {
  if (dense?.kind !== 'queries') return []
  const queries: CellValue[] = rows.map(({ detection }) => detection?.query ?? null)
  if (dense.boxes === null) return [queries]
  const boxes = rows.map(({ width, height, detection }) => {
    const region = boxInPicture(detection, { width, height }, definition.preprocessing)
    if (region === null) return [null, null, null, null]
    const { left, top, right, bottom } = region
    return [left * width, top * height, right * width, bottom * height]
  })
  return [queries, ...BOX.map((_, at) => boxes.map((box) => box[at]!))]
}
