import { basename, relative, resolve, sep } from 'node:path'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { boxOf } from './boxes'
import { metadataOf, textOf } from './columns'
import { noSuchSource } from './label-source'
import { finishListing } from './listing'
import type { ParquetMember } from './location'
import { naturalOrder } from './natural-order'
import { imageFeatures, type ImageFeatures, imageLists, metadataFault } from './parquet-features'
import { openParquet, type ParquetFile, parquetRows, typeOf, type UnreadColumn } from './parquet-file'
import { PassedOverList } from './passed-over'
import { ProblemList } from './problem-list'
import { mostBytesOfGroup } from './read-parquet-image'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions, PassedOver } from './source'
import { splitOfPath } from './split-names'

/** Parquet shards with images inside, as Hugging Face's `datasets` writes them. Listing reads no image. */
export class ParquetImages implements DatasetSource {
  readonly kind = 'Hugging Face dataset (Parquet)'
  readonly root: string
  readonly #shards: readonly string[]

  /** `root` is the folder of the shards, or the one shard. */
  constructor(
    root: string,
    shards: readonly string[],
    readonly aside: readonly PassedOver[] = [],
  ) {
    this.root = resolve(root)
    this.#shards = [...shards].sort(naturalOrder)
  }

  async list({ signal, onFound, labelSource = 'auto', classes }: ListOptions = {}): Promise<DatasetListing> {
    if (typeof labelSource === 'number') throw noSuchSource(this.root, labelSource)
    const problems = new ProblemList()
    const passedOver = new PassedOverList()
    const samples: DatasetSample[] = []
    const labelColumns = new Set<string>()
    const others = new Map<string, Set<unknown>>()
    let named = true
    for (const shard of this.#shards) {
      const parquet = await openShard(shard, passedOver)
      if (parquet === null) continue
      const fault = metadataFault(parquet)
      if (fault !== null) passedOver.add('Hugging Face metadata', `in ${basename(shard)} ${fault}`)
      const features = imageFeatures(parquet, labelSource)
      if (features === null) {
        const lists = imageLists(parquet)
        if (lists.length > 0 && this.#shards.length === 1) throw listsOfImages(shard, lists)
        const why =
          lists.length > 0 ? `the column ${lists[0]} holds lists of images, which are not read` : 'holds no images'
        passedOver.add(
          `table ${relative(this.root, shard).split(sep).join('/') || basename(shard)}`,
          why,
          Number(parquet.metadata.num_rows),
        )
        continue
      }
      refuseLargeGroups(parquet, features.image)
      if (features.label !== null) labelColumns.add(features.label)
      if (features.names === null) named = false
      for (const column of features.unused) {
        passedOver.add(`column ${column}`, `more images; ${features.image} is taken`, Number(parquet.metadata.num_rows))
      }
      for (const column of features.choices) others.set(column, new Set())
      for await (const sample of this.#samples(parquet, features, passedOver)) {
        signal?.throwIfAborted()
        samples.push(sample)
        onFound?.(samples.length)
      }
    }
    const asked = labelSource !== 'auto' && labelSource !== 'none'
    if (asked && labelColumns.size === 0) throw noSuchSource(this.root, labelSource)
    const from = [...labelColumns].map((column) => `column ${column}`).join(', ')
    const finished = finishListing(this.root, samples, problems, {
      labelsFrom: samples.some(({ label }) => label !== null) ? { from, level: null } : null,
      passedOver: [...this.aside, ...passedOver.list()],
      areNames: named && samples.some(({ label }) => label !== null),
      classes,
    })
    finished.labelChoices = [...others.keys()].map((column) => ({
      ...{ source: column, name: `column ${column}`, labels: null, example: null },
    }))
    return finished
  }

  async *#samples(
    parquet: ParquetFile,
    features: ImageFeatures,
    passedOver: PassedOverList,
  ): AsyncGenerator<DatasetSample> {
    const { image, mask, label, names, others } = features
    const below = relative(this.root, parquet.path).split(sep).join('/') || basename(parquet.path)
    const split = splitOfPath(below)
    const member = (row: number, column: string): ParquetMember => ({
      ...{ kind: 'parquet', file: parquet.path, name: String(row), row, column },
    })
    let row = 0
    for await (const values of rowsOf(parquet, others, passedOver)) {
      const number = label === null ? null : textOf(values[label])
      const kept = metadataOf(values, [label])
      yield {
        path: `${below}/${row}`,
        label: number === null || names === null ? number : (names[Number(number)] ?? null),
        split,
        location: member(row, image),
        mask: mask === null ? boxOf(values) : member(row, mask),
        metadata: split === null ? kept : { split, ...kept },
      }
      row++
    }
  }
}

/** Null for a shard that is damaged, or whose columns are all of types that are not read; it is passed over and named. */
async function openShard(shard: string, passedOver: PassedOverList): Promise<ParquetFile | null> {
  try {
    return await openParquet(shard)
  } catch (error) {
    passedOver.add(`file ${basename(shard)}`, toErrorValue(error).message)
    return null
  }
}

function listsOfImages(path: string, columns: readonly string[]): HeadlightError {
  return new HeadlightError(
    'unsupported-dataset',
    `${path} holds lists of images in its column ${columns[0]}: several images a row are not read. Write one image a row.`,
  )
}

async function* rowsOf(
  parquet: ParquetFile,
  columns: string[],
  passedOver: PassedOverList,
): AsyncGenerator<Record<string, unknown>> {
  const total = Number(parquet.metadata.num_rows)
  const unread = ({ column, type }: UnreadColumn) =>
    passedOver.add(`column ${column}`, `its type ${type} cannot be read; left out`, total)
  try {
    if (columns.length > 0) return yield* parquetRows(parquet, columns, unread)
  } catch (error) {
    if (columns.length > 1 || !(error instanceof HeadlightError)) throw error
    unread({ column: columns[0]!, type: typeOf(parquet.metadata, columns[0]!) })
  }
  for (let row = 0; row < total; row++) yield {}
}

function refuseLargeGroups({ path, metadata }: ParquetFile, column: string): void {
  const largest = mostBytesOfGroup(metadata, column)
  if (largest.bytes <= largest.limit) return
  const size = Math.round(largest.bytes / 2 ** 20)
  throw new HeadlightError(
    'unsupported-dataset',
    `${path} keeps ${size} MB of images in one row group, which has to be read whole; write it with smaller row groups (row_group_size=100).`,
  )
}
