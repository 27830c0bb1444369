import { LRUCache } from 'lru-cache'
import { hasHead, headsInWords } from '@headlight/explain/report'
import { type Facet, type Facets, headOfSort, type SampleIds, type SortKey } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { readQuantity } from '@shared/quantities'
import { takeInTurn } from '../../datasets/in-turn'
import { annotatedAt } from '../annotations/annotated-samples'
import { keysOfHead } from '../columns/head-column'
import type { RunColumns } from '../columns/run-columns'
import { keysOfFloats, keysOfIntegers, NO_KEY, orderByKeys, reversed } from '../columns/sort-order'
import { quantityColumn } from '../quantities/quantity-column'
import { inNaturalOrder, matchedClasses, namesOf } from '../samples/name-codes'
import { className } from '../samples/sample-rows'
import type { FilterContext } from './filter-context'

/** Orders that are kept, each 4 bytes a sample: room for every property in both directions. */
const KEPT_ORDERS = 8

/** Sorted lists of samples; orders are kept for as long as their columns stay the same. */
export class SampleLists {
  readonly #orders = new WeakMap<RunColumns, LRUCache<string, Uint32Array>>()

  /** Ids of the samples that pass, sorted; samples without the value come last, ties in order of path. */
  list(context: FilterContext, mask: Uint8Array | null, sort: SortKey, descending: boolean): SampleIds {
    const { columns, run } = context
    if (sort === 'path') return { ids: pickByPath(columns.ids, mask, descending), total: run.total }
    return { ids: pick(columns.ids, this.#order(context, sort, descending), mask), total: run.total }
  }

  /** Ids of the samples that pass, by path; of a limit the first of every label, then the second of every label, and so on. */
  inTurn({ files, columns }: FilterContext, mask: Uint8Array | null, limit: number | null): Uint32Array {
    const ids = pickByPath(columns.ids, mask, false)
    if (limit === null || ids.length <= limit) return ids
    const names = namesOf(files.cache, 'label_name')
    const labelled = Array.from(ids, (id) => {
      return { id, label: names.get(columns.datasetLabel[columns.indexOf(id)]!) ?? null }
    })
    return Uint32Array.from(takeInTurn(labelled, limit), ({ id }) => id)
  }

  /** Indexes in order of the sort. */
  #order(context: FilterContext, sort: Exclude<SortKey, 'path'>, descending: boolean): Uint32Array {
    const kept = this.#orders.get(context.columns) ?? new LRUCache<string, Uint32Array>({ max: KEPT_ORDERS })
    this.#orders.set(context.columns, kept)
    const name = `${sort} ${descending}`
    const known = kept.get(name)
    // Times of annotation and what evaluations measure are no columns: they change while columns stay the same.
    if (known !== undefined && sort !== 'annotated' && readQuantity(sort) === null) return known
    const keys = sortKeys(context, sort)
    const made = orderByKeys(descending ? reversed(keys) : keys)
    kept.set(name, made)
    return made
  }
}

/** How many samples that pass have each label, class, split and prediction, are right, wrong or failed. */
export function countFacets({ files, run, columns }: FilterContext, mask: Uint8Array | null): Facets {
  const classes: number[] = []
  const predictions: number[] = []
  const labels: number[] = []
  const splits: number[] = []
  let [correct, wrong, errors] = [0, 0, 0]
  for (let i = 0; i < columns.ids.length; i++) {
    if (mask !== null && mask[i] === 0) continue
    count(classes, columns.label[i]!)
    count(predictions, columns.prediction[i]!)
    count(labels, columns.datasetLabel[i]!)
    count(splits, columns.split[i]!)
    if (columns.correct[i] === 1) correct++
    else if (columns.correct[i] === 0) wrong++
    if (columns.state[i] === 2) errors++
  }
  const facets = (counts: number[]): Facet[] =>
    counts.flatMap((samples, value) =>
      samples > 0 ? [{ value, name: className(run.definition.labels, value), count: samples }] : [],
    )
  const named = (counts: number[], names: ReadonlyMap<number, string>): Facet[] =>
    inNaturalOrder(names).flatMap(([value, name]) => {
      // Counts end with the highest value that a sample has.
      const samples = counts[value] ?? 0
      return samples > 0 ? [{ value, name, count: samples }] : []
    })
  const matched = matchedClasses(files, run)
  return {
    labels: facets(classes),
    datasetLabels: named(labels, namesOf(files.cache, 'label_name')).map((facet) => ({
      ...facet,
      classIndex: matched.get(facet.name) ?? null,
    })),
    splits: named(splits, namesOf(files.cache, 'split_name')),
    predictions: facets(predictions),
    ...{ correct, wrong, errors },
  }
}

function sortKeys({ files, run, columns, stop }: FilterContext, sort: Exclude<SortKey, 'path'>): Uint32Array {
  switch (sort) {
    case 'confidence':
      return keysOfFloats(columns.confidence)
    case 'label':
      return keysOfIntegers(columns.label)
    case 'dataset_label':
      return keysOfNames(columns.datasetLabel, namesOf(files.cache, 'label_name'))
    case 'split':
      return keysOfNames(columns.split, namesOf(files.cache, 'split_name'))
    case 'prediction':
      return keysOfIntegers(columns.prediction)
    case 'correct':
      return keysOfIntegers(columns.correct)
    case 'annotated':
      return keysOfTimes(columns.ids, annotatedAt(files))
    case 'error':
      return keysOfIntegers(Int8Array.from(columns.state, (state) => (state === 2 ? 0 : -1)))
    default: {
      const quantity = readQuantity(sort)
      if (quantity !== null) return keysOfFloats(quantityColumn({ files, run, stop }, quantity, columns.ids))
      const wanted = headOfSort(sort)
      if (wanted === null || !hasHead(run.model, wanted.layer, wanted.head)) {
        const message = `The model has ${headsInWords(run.model)}, counted from 0; it cannot sort by ${sort}.`
        throw new HeadlightError('usage', message)
      }
      return keysOfHead(files.cache, run, columns, wanted, stop)
    }
  }
}

/** Codes become the places of their names in natural order. */
function keysOfNames(codes: Int32Array | Int16Array, names: ReadonlyMap<number, string>): Uint32Array {
  const ranks = new Map(inNaturalOrder(names).map(([code], rank) => [code, rank]))
  const keys = new Uint32Array(codes.length)
  for (let i = 0; i < codes.length; i++) keys[i] = ranks.get(codes[i]!) ?? NO_KEY
  return keys
}

/** Times become their ranks: the years since 1970 do not fit the milliseconds of a key. */
function keysOfTimes(ids: Uint32Array, times: ReadonlyMap<number, string>): Uint32Array {
  const parsed = new Map([...times].map(([id, time]) => [id, Date.parse(time)]))
  const rising = Float64Array.from(new Set(parsed.values())).sort()
  const ranks = new Map([...rising].map((time, rank) => [time, rank]))
  return ids.map((id) => ranks.get(parsed.get(id) ?? NaN) ?? NO_KEY)
}

function pick(ids: Uint32Array, order: Uint32Array, mask: Uint8Array | null): Uint32Array {
  const picked = new Uint32Array(ids.length)
  let n = 0
  for (let i = 0; i < ids.length; i++) {
    const index = order[i]!
    if (mask !== null && mask[index] === 0) continue
    picked[n] = ids[index]!
    n++
  }
  return n === picked.length ? picked : picked.slice(0, n)
}

/** Columns lie in natural order of paths. */
function pickByPath(ids: Uint32Array, mask: Uint8Array | null, descending: boolean): Uint32Array {
  const picked = mask === null ? ids.slice() : ids.filter((_, index) => mask[index] === 1)
  return descending ? picked.reverse() : picked
}

function count(counts: number[], value: number): void {
  if (value < 0) return
  while (counts.length <= value) counts.push(0)
  counts[value]!++
}
