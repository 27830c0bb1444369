/** The fields of the filter language, for completion and for the legend. */
import { QUANTITIES } from '../quantities'

/** Where the values of a field come from: lists of the run or project, fixed words, or what a user writes. */
export type FieldValues =
  | 'classes'
  | 'tags'
  | 'verdicts'
  | 'reviewers'
  | 'labels'
  | 'splits'
  | 'columns'
  | 'flag'
  | 'text'
  | 'number'
  | 'quantity'

export interface FilterField {
  /** As it is written, up to where the value begins. */
  starts: string
  /** A whole term as an example. */
  example: string
  meaning: string
  values: FieldValues
}

export const FILTER_FIELDS: readonly FilterField[] = [
  {
    starts: 'label:',
    example: 'label:skirt,hat',
    meaning: "the dataset's own label, else its class",
    values: 'labels',
  },
  { starts: 'class:', example: 'class:Shirt,Coat', meaning: 'class that the label is matched with', values: 'classes' },
  { starts: 'split:', example: 'split:train', meaning: 'part of the dataset', values: 'splits' },
  { starts: 'pred:', example: 'pred:Coat', meaning: 'prediction', values: 'classes' },
  { starts: 'correct:', example: 'correct:false', meaning: 'predicted right or wrong', values: 'flag' },
  {
    starts: 'conf',
    example: 'conf>0.9',
    meaning: 'probability of the prediction; in a run of a number, the number',
    values: 'number',
  },
  {
    starts: 'head(',
    example: 'head(7,2)>0.5',
    meaning: 'weight of head 2 in layer 7, counted from 0',
    values: 'number',
  },
  { starts: 'tag:', example: 'tag:clutter', meaning: 'tagged so by anyone', values: 'tags' },
  { starts: 'verdict:', example: 'verdict:"label error"', meaning: 'judged so, or settled as it', values: 'verdicts' },
  { starts: 'note:', example: 'note:mirror', meaning: 'a note has these words', values: 'text' },
  { starts: 'reviewer:', example: 'reviewer:ana', meaning: 'annotated by this reviewer', values: 'reviewers' },
  { starts: 'annotated:', example: 'annotated:true', meaning: 'has any annotation', values: 'flag' },
  { starts: 'region:', example: 'region:true', meaning: 'has a rectangle or polygon', values: 'flag' },
  { starts: 'conflict:', example: 'conflict:true', meaning: 'verdicts differ and are not settled', values: 'flag' },
  { starts: 'path:', example: 'path:night', meaning: 'file name contains', values: 'text' },
  { starts: 'meta.', example: 'meta.split:train', meaning: 'another column of the dataset', values: 'columns' },
  { starts: 'error:', example: 'error:true', meaning: 'file could not be read', values: 'flag' },
  ...QUANTITIES.map(({ name, example, meaning }): FilterField => ({
    starts: `${name}(`,
    example,
    meaning,
    values: 'quantity',
  })),
]
