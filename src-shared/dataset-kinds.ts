/** Kinds of files that datasets come in, told by their names, with what to know of each. */

export interface DatasetFileKind {
  name: string
  /** What it can be and what it cannot, in a few words. */
  note: string
  matches(fileName: string): boolean
}

const ending = (pattern: RegExp) => (fileName: string) => pattern.test(fileName)

export const DATASET_FILE_KINDS: readonly DatasetFileKind[] = [
  {
    name: 'Zip archive',
    note: 'labels from folders; stored or deflated, not encrypted, images to 256 MB',
    matches: ending(/\.zip$/i),
  },
  {
    name: 'WebDataset (tar)',
    note: 'labels from .cls, .json or folders; not compressed',
    matches: ending(/\.tar$/i),
  },
  {
    name: 'Parquet',
    note: 'images inside, or a table of paths; row groups to 512 MB',
    matches: ending(/\.parquet$/i),
  },
  {
    name: 'Manifest',
    note: 'a table of image paths beside its images; UTF-8',
    matches: ending(/\.(csv|tsv|jsonl|ndjson)$/i),
  },
  {
    name: 'IDX (MNIST family)',
    note: 'greyscale; gzipped to 256 MB unpacked',
    matches: ending(/images?[-.]idx3[-.]ubyte(\.gz)?$/i),
  },
]

/** The kind of a file that may be a dataset, null for all others. */
export function datasetFileKind(fileName: string): DatasetFileKind | null {
  return DATASET_FILE_KINDS.find(({ matches }) => matches(fileName)) ?? null
}

/** Why a file that looks like a dataset cannot be read as one, null for all others. */
export function whyNoDataset(fileName: string): string | null {
  if (/\.(tgz|tar\.(gz|bz2|xz|zst))$/i.test(fileName)) return 'compressed tar: unpack it to .tar'
  if (/\.(7z|rar)$/i.test(fileName)) return 'cannot be read: unpack it, or make a .zip of it'
  if (/\.arrow$/i.test(fileName)) return 'Arrow of save_to_disk: write it as Parquet'
  return null
}

/** True for a file name with the extension of an image, in any case. */
export function isImageName(name: string): boolean {
  return /^[^]+\.(jpe?g|png|webp|tiff?|avif|gif|bmp)$/i.test(name)
}
