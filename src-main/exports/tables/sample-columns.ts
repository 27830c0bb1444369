import type { RunInfo, SampleRow } from '@shared/api'
import { className as nameIn } from '@shared/class-name'
import type { CellValue, Column } from '../table'

/** Columns that every table of samples begins with, so that tables can be joined and filtered by themselves. */
export const SAMPLE_COLUMNS: readonly Column[] = [
  { name: 'path', type: 'text', meaning: 'Path of the image, relative to its dataset.' },
  { name: 'dataset_label', type: 'text', meaning: 'The label as the dataset writes it; missing without one.' },
  { name: 'split', type: 'text', meaning: 'The part of the dataset that it belongs to; missing without one.' },
  {
    name: 'label',
    type: 'text',
    meaning: "Name of the class that the label is matched with; the dataset's own where the model has no such class.",
  },
  {
    name: 'label_index',
    type: 'int32',
    meaning: "The label's class index; missing where the model has no such class.",
  },
  { name: 'prediction', type: 'text', meaning: 'Name of the most probable class.' },
  { name: 'prediction_index', type: 'int32', meaning: 'Class index of the prediction.' },
  {
    name: 'confidence',
    type: 'float32',
    meaning: 'Probability of the prediction, 0 to 1; of a regression its number.',
  },
  { name: 'correct', type: 'bool', meaning: 'Whether prediction and label agree; missing without a label.' },
]

export function sampleValues(run: RunInfo, rows: readonly SampleRow[]): CellValue[][] {
  return [
    rows.map(({ path }) => path),
    rows.map(({ datasetLabel }) => datasetLabel),
    rows.map(({ split }) => split),
    rows.map(({ labelName }) => labelName),
    rows.map(({ label }) => label),
    rows.map(({ prediction }) => className(run, prediction)),
    rows.map(({ prediction }) => prediction),
    rows.map(({ confidence }) => confidence),
    rows.map(({ correct }) => correct),
  ]
}

/** The name of a class, or its number where it has none; null for none. */
export function className(run: RunInfo, index: number | null): string | null {
  return nameIn(run.definition.labels, index)
}
