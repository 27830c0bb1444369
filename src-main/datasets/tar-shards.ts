import { basename, relative, resolve, sep } from 'node:path'
import { toErrorValue } from '@shared/errors'
import { boxOf } from './boxes'
import { labelByFolder } from './class-folder'
import { columnRoles, metadataOf, textOf } from './columns'
import { isImageName } from './image-names'
import { finishListing } from './listing'
import { separateMasks } from './mask/separate-masks'
import { memberName } from './member-names'
import { naturalOrder } from './natural-order'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions } from './source'
import { TarReader, type TarEntry } from './tar'

/** Longest label, caption or record that is read. */
const MOST_TEXT = 1 << 20

/** What lies in a shard under one key: KEY.jpg with KEY.cls, KEY.json and KEY.txt. */
interface Group {
  key: string
  image: { name: string; entry: TarEntry } | null
  mask: { name: string; entry: TarEntry } | null
  label: string | null
  fields: Record<string, unknown>
}

/**
 * WebDataset shards, or any tar of images: read in place, indexed by their headers. Labels are from .cls, .json or .txt
 * beside the image; in a tar without such files the first folder level.
 */
export class TarShards implements DatasetSource {
  readonly kind = 'WebDataset (tar)'
  readonly root: string
  readonly #shards: readonly string[]

  /** `root` is the folder of the shards, or the one shard. */
  constructor(root: string, shards: readonly string[]) {
    this.root = resolve(root)
    this.#shards = shards
  }

  async list({ signal, onFound }: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const listed: DatasetSample[] = []
    for (const shard of [...this.#shards].sort(naturalOrder)) {
      for await (const group of readGroups(shard, problems, signal)) {
        const sample = this.#sampleOf(shard, group)
        if (sample) listed.push(sample)
        onFound?.(listed.length)
      }
    }
    const { samples, passedOver } = separateMasks(listed)
    if (samples.some(({ label }) => label !== null)) {
      const labelsFrom = { from: 'fields of the records', level: null }
      return finishListing(this.root, samples, problems, { labelsFrom, passedOver })
    }
    const labelsFrom = labelByFolder(samples)
    return { ...finishListing(this.root, samples, problems, { labelsFrom, passedOver }), numbered: false }
  }

  #sampleOf(shard: string, { image, mask, label, fields }: Group): DatasetSample | null {
    if (image === null) return null
    const roles = columnRoles(Object.keys(fields))
    const inShard = ({ name, entry }: NonNullable<Group['image']>) =>
      ({ kind: 'range', file: shard, offset: entry.offset, length: entry.size, name }) as const
    const below = relative(this.root, shard).split(sep).join('/')
    return {
      path: `${below || basename(shard)}/${image.name}`,
      label: label ?? (roles.label === null ? null : textOf(fields[roles.label])),
      split: null,
      location: inShard(image),
      mask: mask === null ? boxOf(fields) : inShard(mask),
      metadata: metadataOf(fields, label === null ? [roles.label] : []),
    }
  }
}

/** Members of one key lie side by side. A shard that is damaged gives what precedes the damage, and a problem. */
async function* readGroups(shard: string, problems: ProblemList, signal?: AbortSignal): AsyncGenerator<Group> {
  const reader = await TarReader.open(shard)
  let group: Group | null = null
  try {
    for await (const entry of reader.entries()) {
      signal?.throwIfAborted()
      const name = acceptedName(shard, entry, problems)
      if (name === null) continue
      const { key, suffix } = splitKey(name)
      if (group !== null && group.key !== key) {
        yield group
        group = null
      }
      group ??= { key, image: null, mask: null, label: null, fields: {} }
      await addMember(group, suffix, { name, entry }, reader, problems)
    }
  } catch (error) {
    if (signal?.aborted) throw error
    problems.say(`${toErrorValue(error).message} What comes before is included.`)
  } finally {
    await reader.close()
  }
  if (group !== null) yield group
}

function acceptedName(shard: string, entry: TarEntry, problems: ProblemList): string | null {
  if (entry.kind === 'other') return null
  const read = memberName(entry.name)
  if ('hidden' in read) return null
  if ('refused' in read) {
    const shown = Buffer.from(entry.name).toString('latin1')
    if (read.refused === 'not-utf8') problems.add('the name is not valid UTF-8; passed over', basename(shard))
    else problems.add('the name leads out of the archive; passed over', shown)
    return null
  }
  if (entry.kind === 'file') return read.name
  problems.add('a link inside an archive; passed over', `${basename(shard)}/${read.name}`)
  return null
}

/** WebDataset's rule: the key ends at the first dot of the last part. */
function splitKey(name: string): { key: string; suffix: string } {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1)
  return dot < 0 ? { key: name, suffix: '' } : { key: name.slice(0, dot), suffix: name.slice(dot + 1).toLowerCase() }
}

async function addMember(
  group: Group,
  suffix: string,
  member: NonNullable<Group['image']>,
  reader: TarReader,
  problems: ProblemList,
): Promise<void> {
  if (isImageName(`x.${suffix}`)) {
    if (/(^|[._-])(mask|seg|segmentation)\./.test(suffix)) group.mask ??= member
    else group.image ??= member
    return
  }
  if (!['cls', 'json', 'txt', 'text', 'caption', 'label', 'class'].includes(suffix)) return
  const { offset, size } = member.entry
  if (size > MOST_TEXT) return problems.add('too long for a label or a record; ignored', member.name)
  const content = Buffer.from(await reader.read(offset, size))
    .toString('utf8')
    .trim()
  if (suffix === 'json') group.fields = { ...group.fields, ...parseRecord(content, member.name, problems) }
  else if (suffix === 'txt' || suffix === 'text' || suffix === 'caption') group.fields[suffix] = content
  else group.label = content
}

function parseRecord(content: string, name: string, problems: ProblemList): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
    return { json: value }
  } catch {
    problems.add('not valid JSON; ignored', name)
    return {}
  }
}
