import { basename, resolve } from 'node:path'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { type Entry, openPromise } from 'yauzl'
import { labelByFolder } from './class-folder'
import { isImageName } from './image-names'
import { finishListing } from './listing'
import type { SampleLocation } from './location'
import { separateMasks } from './mask/separate-masks'
import { memberName } from './member-names'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions } from './source'

/** Bytes that one image of an archive may have: beyond any picture that would be decoded. */
const MOST_BYTES = 1 << 28
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

  async list({ signal, onFound }: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const listed: DatasetSample[] = []
    const archive = await openPromise(this.root, { lazyEntries: true, decodeStrings: false, autoClose: false }).catch(
      (cause: unknown) => {
        throw new HeadlightError('unsupported-dataset', `${this.root} is damaged or no zip archive.`, { cause })
      },
    )
    try {
      for await (const entry of archive.eachEntry()) {
        signal?.throwIfAborted()
        const name = acceptedName(entry, problems)
        if (name === null) continue
        const path = `${basename(this.root)}/${name}`
        listed.push({
          path,
          label: null,
          split: null,
          location: this.#locate(name, entry),
          mask: null,
          metadata: null,
        })
        onFound?.(listed.length)
      }
    } catch (error) {
      if (signal?.aborted) throw error
      problems.say(`${this.root} is damaged: ${toErrorValue(error).message}. What comes before is included.`)
    } finally {
      archive.close()
    }
    const { samples, passedOver } = separateMasks(listed)
    const labelsFrom = labelByFolder(samples)
    return { ...finishListing(this.root, samples, problems, { labelsFrom, passedOver }), numbered: false }
  }

  #locate(name: string, entry: Entry): SampleLocation {
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

/** The name of an image that can be read; anything else is passed over, with its reason where it is an image. */
function acceptedName(entry: Entry, problems: ProblemList): string | null {
  const bytes = entry.fileNameRaw
  const read = memberName(bytes)
  if ('hidden' in read) return null
  if ('refused' in read) {
    if (read.refused === 'not-utf8') problems.add('the name is not valid UTF-8; passed over', bytes.toString('latin1'))
    else problems.add('the name leads out of the archive; passed over', bytes.toString())
    return null
  }
  const { name } = read
  if (!isImageName(name.slice(name.lastIndexOf('/') + 1))) return null
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
  return Math.max(entry.uncompressedSize, entry.compressedSize) > MOST_BYTES ? 'larger than 256 MB; passed over' : null
}
