import { basename, relative, resolve, sep } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { boxOf } from './boxes'
import { metadataOf, textOf } from './columns'
import { finishListing } from './listing'
import type { ParquetMember } from './location'
import { naturalOrder } from './natural-order'
import { imageFeatures, type ImageFeatures } from './parquet-features'
import { openParquet, parquetRows, type ParquetFile } from './parquet-file'
import { ProblemList } from './problem-list'
import { mostBytesOfGroup } from './read-parquet-image'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions } from './source'

/** Parquet shards with images inside, as Hugging Face's `datasets` writes them. Listing reads no image. */
export class ParquetImages implements DatasetSource {
  readonly kind = 'Hugging Face dataset (Parquet)'
  readonly root: string
  readonly #shards: readonly string[]

  /** `root` is the folder of the shards, or the one shard. */
  constructor(root: string, shards: readonly string[]) {
    this.root = resolve(root)
    this.#shards = [...shards].sort(naturalOrder)
  }

  async list({ signal, onFound }: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const samples: DatasetSample[] = []
    let column: string | null = null
    for (const shard of this.#shards) {
      const parquet = await openParquet(shard)
      const features = imageFeatures(parquet)
      if (features === null) {
        problems.add('holds no images; passed over', basename(shard))
        continue
      }
      column ??= features.label
      refuseLargeGroups(parquet, features.image)
      for await (const sample of this.#samples(parquet, features)) {
        signal?.throwIfAborted()
        samples.push(sample)
        onFound?.(samples.length)
      }
    }
    const labelsFrom = column === null ? null : { from: `column ${column}`, level: null }
    return finishListing(this.root, samples, problems, { labelsFrom })
  }

  async *#samples(parquet: ParquetFile, features: ImageFeatures): AsyncGenerator<DatasetSample> {
    const { image, mask, label, names, others } = features
    const below = relative(this.root, parquet.path).split(sep).join('/') || basename(parquet.path)
    const split = splitOf(below)
    const member = (row: number, column: string): ParquetMember => ({
      ...{ kind: 'parquet', file: parquet.path, name: String(row), row, column },
    })
    let row = 0
    for await (const values of rowsOf(parquet, others)) {
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
      row += 1
    }
  }
}

async function* rowsOf(parquet: ParquetFile, columns: string[]): AsyncGenerator<Record<string, unknown>> {
  if (columns.length > 0) return yield* parquetRows(parquet, columns)
  for (let row = 0; row < Number(parquet.metadata.num_rows); row++) yield {}
}

/** The split that a shard's name or folder names: `data/train-00000-of-00002.parquet`. */
function splitOf(path: string): string | null {
  return /(?:^|[/_-])(train|validation|valid|val|test)(?=[-_./])/.exec(path)?.[1] ?? null
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
