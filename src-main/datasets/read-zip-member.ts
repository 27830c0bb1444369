import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { HeadlightError } from '@shared/errors'
import { type ZipMember, pathOf } from './location'
import { readRange } from './read-range'

const inflate = promisify(inflateRaw)
const HEADER = 30
const SIGNATURE = 0x04034b50

/** A member of a zip, unpacked. Never more bytes than its directory says. Throws 'unreadable-image'. */
export async function readZipMember(member: ZipMember): Promise<Uint8Array> {
  const header = Buffer.from(await readRange(member.file, member.header, HEADER))
  if (header.readUInt32LE(0) !== SIGNATURE) throw damaged(member)
  // The local copies of name and extra field may be of other lengths than those of the directory.
  const start = member.header + HEADER + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = await readRange(member.file, start, member.packed)
  if (!member.deflated) return packed
  const content = await inflate(packed, { maxOutputLength: Math.max(1, member.size) }).catch((cause: unknown) => {
    throw damaged(member, cause)
  })
  if (content.length !== member.size) throw damaged(member)
  return content
}

function damaged(member: ZipMember, cause?: unknown): HeadlightError {
  return new HeadlightError('unreadable-image', `${pathOf(member)} is damaged inside its archive.`, { cause })
}
