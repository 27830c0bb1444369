import { basename, resolve } from 'node:path'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { type Entry, openPromise } from 'yauzl'
import { isImageName } from './image-names'
import { listImages } from './image-listing'
import type { ZipMember } from './location'
import { memberName } from './member-names'
import { PassedOverList } from './passed-over'
import { ProblemList } from './problem-list'
import { readZipMember } from './read-zip-member'
import type { DatasetListing, DatasetSource, ListOptions } from './source'
import { isTable, mayBeTable, type TableFile } from './tables'

/** Bytes that one image of an archive may have: beyond any picture that would be decoded. */
const MAX_BYTES = 1 << 28
const STORED = 0
const DEFLATED = 8
const LINK = 0o120000

/** A zip archive with a folder of images inside, read in place: only its directory is read, nothing is unpacked. */
export class ZipArchive implements DatasetSource {
  readonly kind = 'Zip archive'
  readonly root: string

  constructor(path: string) {
    this.root = resolve(path)
  }

  async list(options: ListOptions = {}): Promise<DatasetListing> {
    const { signal, onFound } = options
    const problems = new ProblemList()
    const passedOver = new PassedOverList()
    const images: { name: string; entry: Entry }[] = []
    const tables: TableFile[] = []
    const archive = await openPromise(this.root, { lazyEntries: true, decodeStrings: false, autoClose: false }).catch(
      (cause: unknown) => {
        throw new HeadlightError('unsupported-dataset', `${this.root} is damaged or no zip archive.`, { cause })
      },
    )
    try {
      for await (const entry of archive.eachEntry()) {
        signal?.throwIfAborted()
        const name = acceptedName(entry, problems, passedOver)
        if (name === null) continue
        if (isImageName(name)) images.push({ name, entry })
        else tables.push({ name, content: () => readZipMember(this.#locate(name, entry)) })
        onFound?.(images.length)
      }
    } catch (error) {
      if (signal?.aborted) throw error
      problems.say(`${this.root} is damaged: ${toErrorValue(error).message}. What comes before is included.`)
    } finally {
      archive.close()
    }
    return listImages(
      {
        ...{ root: this.root, base: null, tables, problems, passedOver },
        images: images.map(({ name }) => name),
        locate: (index) => this.#locate(images[index]!.name, images[index]!.entry),
        pathOf: (index) => `${basename(this.root)}/${images[index]!.name}`,
      },
      options,
    )
  }

  #locate(name: string, entry: Entry): ZipMember {
    return {
      kind: 'zip',
      file: this.root,
      name,
      header: entry.relativeOffsetOfLocalHeader,
      packed: entry.compressedSize,
      size: entry.uncompressedSize,
      deflated: entry.compressionMethod === DEFLATED,
    }
  }
}

/** The name of an image or a table that can be read; anything else is passed over, with its reason where it is an image. */
function acceptedName(entry: Entry, problems: ProblemList, passedOver: PassedOverList): string | null {
  const bytes = entry.fileNameRaw
  const read = memberName(bytes)
  if ('hidden' in read) return null
  if ('refused' in read) {
    if (read.refused === 'not-utf8') problems.add('the name is not valid UTF-8; passed over', bytes.toString('latin1'))
    else problems.add('the name leads out of the archive; passed over', bytes.toString())
    return null
  }
  const { name } = read
  if (!isImageName(name.slice(name.lastIndexOf('/') + 1)) && !isTable(name) && !mayBeTable(name)) {
    passedOver.addUnread(name)
    return null
  }
  const reason = refusal(entry)
  if (reason !== null) problems.add(reason, name)
  return reason === null ? name : null
}

function refusal(entry: Entry): string | null {
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === LINK) return 'a link inside an archive; passed over'
  if (entry.isEncrypted()) return 'encrypted; passed over'
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return 'compressed in another way than deflate; passed over'
  }
  return Math.max(entry.uncompressedSize, entry.compressedSize) > MAX_BYTES ? 'larger than 256 MB; passed over' : null
}
