import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { fileBytes } from './file-streams'
import { finishListing } from './listing'
import { ProblemList } from './problem-list'
import { readPlainOrGzip } from './read-idx'
import { noSuchSource } from './label-source'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions, PassedOver } from './source'

const IMAGES = 0x803
const LABELS = 0x801
const HEADER = 16

/** True for `train-images-idx3-ubyte`, `t10k-images.idx3-ubyte.gz` and the like. */
export function isIdxImages(name: string): boolean {
  return /images?[-.]idx3[-.]ubyte(\.gz)?$/i.test(name)
}

/** IDX files of the MNIST family: greyscale images with the class numbers beside them, plain or gzipped. */
export class IdxFiles implements DatasetSource {
  readonly kind = 'IDX (MNIST family)'
  readonly root: string
  readonly #files: readonly string[]

  /** `root` is the folder of the image files, or the one file. */
  constructor(
    root: string,
    files: readonly string[],
    readonly aside: readonly PassedOver[] = [],
  ) {
    this.root = resolve(root)
    this.#files = files
  }

  async list({ signal, onFound, labelSource = 'auto' }: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const samples: DatasetSample[] = []
    for (const file of this.#files) {
      signal?.throwIfAborted()
      for (const sample of await this.#listFile(file, problems)) samples.push(sample)
      onFound?.(samples.length)
    }
    if (labelSource === 'none') for (const sample of samples) sample.label = null
    else if (labelSource !== 'auto') throw noSuchSource(this.root, labelSource)
    const labelled = samples.some(({ label }) => label !== null)
    const labelsFrom = labelled ? { from: 'IDX files of labels', level: null } : null
    return finishListing(this.root, samples, problems, { labelsFrom, passedOver: [...this.aside] })
  }

  async #listFile(file: string, problems: ProblemList): Promise<DatasetSample[]> {
    const { count, height, width } = await readHeader(file)
    const labels = await readLabels(file, problems)
    if (labels && labels.length !== count) {
      problems.say(`${basename(file)} has ${count} images and its labels are ${labels.length}; the rest has none.`)
    }
    const below = relative(this.root, file).split(sep).join('/') || basename(file)
    const named = /^(train|test|t10k|valid|validation|val)/i.exec(basename(file))?.[1]?.toLowerCase()
    const split = named === undefined ? null : named === 't10k' ? 'test' : named
    const metadata = split === null ? null : { split }
    return Array.from({ length: count }, (_, index) => ({
      path: `${below}/${index}`,
      label: labels?.[index]?.toString() ?? null,
      split,
      location: {
        ...{ kind: 'idx' as const, file, name: String(index), width, height },
        offset: HEADER + index * width * height,
      },
      mask: null,
      metadata,
    }))
  }
}

/** The number of images in the headers of IDX files. */
export async function imagesOfIdx(files: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    files.map((file) =>
      readHeader(file).then(
        ({ count }) => count,
        () => 0,
      ),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Number and size of the images. Throws 'unsupported-dataset' where the file is none, or ends before the last one. */
async function readHeader(file: string): Promise<{ count: number; height: number; width: number }> {
  const start = await firstBytes(file, HEADER)
  const numbers = [0, 4, 8, 12].map((at) => (start.length < HEADER ? -1 : start.readInt32BE(at)))
  const [magic, count = 0, height = 0, width = 0] = numbers
  if (magic !== IMAGES || count < 0 || height <= 0 || width <= 0) {
    throw new HeadlightError('unsupported-dataset', `${file} is not an IDX file of greyscale images.`)
  }
  if (!file.toLowerCase().endsWith('.gz') && (await stat(file)).size < HEADER + count * width * height) {
    throw new HeadlightError(
      'unsupported-dataset',
      `${file} is cut off: it does not hold the ${count} images it names.`,
    )
  }
  return { count, height, width }
}

/** The class numbers beside a file of images, null without one. */
async function readLabels(file: string, problems: ProblemList): Promise<Uint8Array | null> {
  for (const candidate of labelFiles(file)) {
    if (!(await stat(candidate).catch(() => null))) continue
    const content = Buffer.from(await readPlainOrGzip(candidate))
    if (content.length >= 8 && content.readInt32BE(0) === LABELS) return content.subarray(8)
    problems.say(`${candidate} is not an IDX file of labels and was ignored.`)
  }
  problems.say(`There are no labels beside ${basename(file)}.`)
  return null
}

/** `train-labels-idx1-ubyte` beside `train-images-idx3-ubyte`, either of them gzipped. */
function labelFiles(file: string): string[] {
  const name = basename(file).replace(/\.gz$/i, '')
  const labels = name.replace(/images?(?=[-.]idx3)/i, 'labels').replace(/idx3/i, 'idx1')
  return [labels, `${labels}.gz`].map((candidate) => join(dirname(file), candidate))
}

async function firstBytes(file: string, length: number): Promise<Buffer> {
  try {
    const parts: Buffer[] = []
    let size = 0
    for await (const part of fileBytes(file, file.toLowerCase().endsWith('.gz'))) {
      parts.push(part)
      size += part.length
      if (size >= length) break
    }
    return Buffer.concat(parts).subarray(0, length)
  } catch (cause) {
    throw new HeadlightError('unsupported-dataset', `${file} cannot be read; it may be cut off.`, { cause })
  }
}
