/** Pictures of samples, for <img>: the answers to the addresses of `imageUrls`. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { type ErrorCode, toErrorValue } from '@shared/errors'
import { containerOf, nameOf, type SampleLocation } from '../datasets/location'
import { openPicture } from '../datasets/open-picture'
import { readSample } from '../datasets/read-sample'
import type { ComputeSource, Library } from '../runs/compute-source'

export interface MediaReply {
  status: number
  headers: Record<string, string>
  body: Uint8Array | string
}

/** Answers `/media/...`, whatever carries it. `knownTag` is the browser's If-None-Match. Never rejects. */
export type Media = (address: string, knownTag: string | null) => Promise<MediaReply>

interface Wanted {
  kind: 'thumbnail' | 'image' | 'input'
  runId: number
  id: number
  size: 160 | 320
}

/** Formats that every browser shows as they are; it turns them upright itself. */
const SHOWN_AS_IS: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  'not-found': 404,
  usage: 400,
  'unreadable-image': 422,
  'unfit-image': 422,
  'unreadable-file': 422,
}

export function createMedia(library: Library, compute: ComputeSource): Media {
  return async (address, knownTag) => {
    const wanted = parseAddress(address)
    if (!wanted) return failure(400, 'There is no such picture.')
    try {
      const { file } = await library.samples.file({ runId: wanted.runId, id: wanted.id })
      const tag = await tagOf(file, address, wanted, library)
      if (tag === knownTag) return { status: 304, headers: cacheHeaders(tag), body: '' }
      const picture = await draw(wanted, file, library, compute)
      return { status: 200, headers: { ...cacheHeaders(tag), 'Content-Type': picture.type }, body: picture.bytes }
    } catch (error) {
      const { code, message } = toErrorValue(error)
      // Any other code is a failure of ours.
      return failure(STATUS[code] ?? 500, message)
    }
  }
}

function parseAddress(address: string): Wanted | null {
  const match = /^\/media\/(thumbnail|image|input)\/(\d{1,9})\/(\d{1,10})(?:\?size=(160|320))?$/.exec(address)
  if (!match) return null
  const [, kind, runId, id, size] = match
  return { kind: kind as Wanted['kind'], runId: Number(runId), id: Number(id), size: size === '320' ? 320 : 160 }
}

/** Changes with the file and, for the model's input, with how it is preprocessed. */
async function tagOf(
  file: SampleLocation,
  address: string,
  { kind, runId }: Wanted,
  library: Library,
): Promise<string> {
  // A missing file has a tag of its own; reading it gives the error.
  const found = await stat(containerOf(file)).catch(() => null)
  const parts = [address, JSON.stringify(file), found?.mtimeMs, found?.size]
  if (kind === 'input') parts.push(JSON.stringify((await library.runs.get({ runId })).definition.preprocessing))
  return `"${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22)}"`
}

/** The same address means another picture in another project, so the browser keeps it but asks each time. */
function cacheHeaders(tag: string): Record<string, string> {
  return { ETag: tag, 'Cache-Control': 'private, no-cache' }
}

async function draw(wanted: Wanted, file: SampleLocation, library: Library, compute: ComputeSource) {
  if (wanted.kind === 'thumbnail') {
    const bytes = await library.samples.thumbnail({ runId: wanted.runId, id: wanted.id, size: wanted.size })
    return { bytes, type: pictureType(bytes) }
  }
  if (wanted.kind === 'image') return original(file)
  const { definition } = await library.runs.get({ runId: wanted.runId })
  const bytes = await compute.acquire().inputPicture(file, definition.preprocessing)
  return { bytes, type: 'image/png' }
}

async function original(file: SampleLocation): Promise<{ bytes: Uint8Array; type: string }> {
  const content = await readSample(file)
  const picture = openPicture(nameOf(file), content)
  const { format } = await picture.metadata()
  const type = SHOWN_AS_IS[format]
  if (type) return { bytes: content, type }
  return { bytes: await picture.autoOrient().png().toBuffer(), type: 'image/png' }
}

/** The media type, from the first bytes. */
function pictureType(bytes: Uint8Array): string {
  if (bytes[0] === 0xff) return 'image/jpeg'
  return bytes[0] === 0x89 ? 'image/png' : 'image/webp'
}

function failure(status: number, message: string): MediaReply {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    body: `${message}\n`,
  }
}
