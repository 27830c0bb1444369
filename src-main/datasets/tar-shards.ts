import { basename, relative, resolve, sep } from 'node:path'
import { toErrorValue } from '@shared/errors'
import { boxOf } from './boxes'
import { columnRoles, metadataOf, textOf } from './columns'
import { parseExactJson } from './exact-json'
import { listImages } from './image-listing'
import { isImageName } from './image-names'
import { noSuchSource } from './label-source'
import { finishListing } from './listing'
import type { RangeMember } from './location'
import { separateMasks } from './mask/separate-masks'
import { memberName } from './member-names'
import { naturalOrder } from './natural-order'
import { PassedOverList } from './passed-over'
import { labelsOfPaths } from './path-labels'
import { ProblemList } from './problem-list'
import { readRange } from './read-range'
import {
  type Group,
  groupMembers,
  imageFields,
  isImageField,
  LABEL_FIELD,
  type Member,
  RECORD_FIELD,
  splitKey,
  TEXT_FIELD,
} from './shard-fields'
import type { DatasetListing, DatasetSample, DatasetSource, LabelSource, ListOptions, PassedOver } from './source'
import { splitOfPath } from './split-names'
import { isTable, mayBeTable } from './tables'
import { TarReader, type TarEntry } from './tar'

/** Longest label, caption or record that is read. */
const MAX_TEXT = 1 << 20

type TarMember = Member<TarEntry>

interface Shard {
  file: string
  /** Its path below the dataset, with '/'. */
  below: string
  members: TarMember[]
}

/**
 * WebDataset shards, or any tar of images: read in place, indexed by their headers. Labels are from .cls, .json or .txt
 * beside the image; in a tar without such files from its tables or folders, as in a folder of images.
 */
export class TarShards implements DatasetSource {
  readonly kind = 'WebDataset (tar)'
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

  async list(options: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const passedOver = new PassedOverList()
    for (const { what, count, why } of this.aside) passedOver.add(what, why, count)
    const shards: Shard[] = []
    let found = 0
    for (const file of this.#shards) {
      const members = await readMembers(file, problems, passedOver, options.signal)
      shards.push({ file, below: relative(this.root, file).split(sep).join('/') || basename(file), members })
      found += members.filter(({ name }) => isImageName(name)).length
      options.onFound?.(found)
    }
    const images = shards.flatMap(({ members }) => members.filter(({ name }) => isImageName(name)))
    const isPlain = hasNoFields(shards.map(({ members }) => members))
    return isPlain && images.length > 0
      ? this.#listPlain(shards, problems, passedOver, options)
      : this.#listFields(shards, problems, passedOver, options)
  }

  /** A tar of images and tables: each image a sample. Paths inside are those of the members. */
  #listPlain(shards: readonly Shard[], problems: ProblemList, passedOver: PassedOverList, options: ListOptions) {
    const images = shards.flatMap((shard) =>
      shard.members.filter(({ name }) => isImageName(name)).map((member) => ({ shard, member })),
    )
    const tables = shards.flatMap(({ file, members }) =>
      members
        .filter(({ name }) => isTable(name) || mayBeTable(name))
        .map(({ name, entry }) => ({ name, content: () => readRange(file, entry.offset, entry.size) })),
    )
    return listImages(
      {
        ...{ root: this.root, base: null, tables, problems, passedOver },
        images: images.map(({ member }) => member.name),
        locate: (index) => locate(images[index]!.shard, images[index]!.member),
        pathOf: (index) => `${images[index]!.shard.below}/${images[index]!.member.name}`,
        splitOf: (index) => splitOfPath(images[index]!.shard.below),
      },
      options,
    )
  }

  #listFields(shards: readonly Shard[], problems: ProblemList, passedOver: PassedOverList, options: ListOptions) {
    const { labelSource = 'auto', classes } = options
    const samples: DatasetSample[] = []
    const names: string[] = []
    const from = new Set<string>()
    const assumed = new Set<string>()
    const keys = new Set<string>()
    for (const shard of shards) {
      for (const group of groupMembers(shard.members)) {
        if (group.scattered) {
          assumed.add(
            'Members of a sample do not lie side by side; they are joined by their key, which webdataset does not do.',
          )
        }
        for (const name of group.repeated)
          problems.add('listed more than once; the first is taken', `${shard.below}/${name}`)
        const sample = sampleOf(shard, group, { problems, passedOver, assumed, from, keys, labelSource })
        if (sample === null) continue
        samples.push(sample.sample)
        names.push(sample.member)
      }
    }
    const byFolder = typeof labelSource === 'number' || (labelSource === 'auto' && from.size === 0)
    const folders = labelsOfPaths(names, byFolder ? labelSource : 'none', classes)
    samples.forEach((sample, index) => {
      if (byFolder) sample.label = folders.labels[index] ?? null
      sample.split ??= folders.splits[index] ?? null
    })
    if (typeof labelSource === 'string' && !['auto', 'none'].includes(labelSource) && from.size === 0) {
      throw noSuchSource(this.root, labelSource)
    }
    const { samples: images, passedOver: masks } = separateMasks(samples)
    const finished = finishListing(this.root, images, problems, {
      labelsFrom: byFolder ? folders.labelsFrom : from.size > 0 ? { from: [...from].join(', '), level: null } : null,
      assumed: [...assumed, ...(byFolder ? folders.assumed : [])],
      passedOver: [...passedOver.list(), ...masks],
      ...{ areNames: byFolder, areFolders: byFolder, classes },
    })
    finished.labelChoices = [
      ...[...keys].map((key) => ({ source: key, name: `field ${key}`, labels: null, example: null })),
      ...folders.choices,
    ]
    return finished
  }
}

/** True where no shard has labels, records or texts of its images, and no key has several images. */
function hasNoFields(shards: readonly TarMember[][]): boolean {
  const images = shards.map((members) => members.filter(({ name }) => isImageName(name)))
  const keys = new Set(images.flat().map(({ name }) => splitKey(name).key))
  const described = shards.flat().some(({ name, text }) => text !== null && keys.has(splitKey(name).key))
  return !described && images.every((own) => groupMembers(own).every(({ fields }) => fields.size === 1))
}

/** Members that can be read, in order. A shard that is damaged gives what precedes the damage, and a problem. */
async function readMembers(
  shard: string,
  problems: ProblemList,
  passedOver: PassedOverList,
  signal?: AbortSignal,
): Promise<TarMember[]> {
  const reader = await TarReader.open(shard)
  const members: TarMember[] = []
  try {
    for await (const entry of reader.entries()) {
      signal?.throwIfAborted()
      const name = acceptedName(shard, entry, problems)
      if (name === null) continue
      const { field } = splitKey(name)
      const isText = [LABEL_FIELD, RECORD_FIELD, TEXT_FIELD].some((pattern) => pattern.test(field))
      const text = isText ? await textOfMember(reader, entry, name, problems) : null
      if (!isImageField(field) && !isText && passedOver.addUnread(name)) continue
      members.push({ name, entry, text })
    }
  } catch (error) {
    if (signal?.aborted) throw error
    problems.say(`${toErrorValue(error).message} What comes before is included.`)
  } finally {
    await reader.close()
  }
  return members
}

async function textOfMember(reader: TarReader, entry: TarEntry, name: string, problems: ProblemList) {
  if (entry.size > MAX_TEXT) {
    problems.add('too long for a label or a record; ignored', name)
    return ''
  }
  return Buffer.from(await reader.read(entry.offset, entry.size))
    .toString('utf8')
    .trim()
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

interface FieldNotes {
  problems: ProblemList
  passedOver: PassedOverList
  assumed: Set<string>
  /** Where labels were found. */
  from: Set<string>
  /** Fields that could be the label. */
  keys: Set<string>
  labelSource: LabelSource
}

function sampleOf(
  shard: Shard,
  { key, fields }: Group<TarEntry>,
  notes: FieldNotes,
): { sample: DatasetSample; member: string } | null {
  const { problems, passedOver, assumed, from, keys, labelSource } = notes
  const { image, mask, others, isAssumed } = imageFields([...fields.keys()])
  if (image === null) {
    if ([...fields.values()].some(({ text }) => text !== null)) {
      passedOver.add('records without an image', `no image in their shard has their key, such as ${key}`)
    }
    for (const { name } of fields.values()) {
      if (isTable(name))
        passedOver.add(`table ${name}`, 'lies among samples that have records of their own; not looked into')
    }
    return null
  }
  for (const other of others) passedOver.add(`image field ${other}`, `${image} is taken`)
  if (isAssumed) assumed.add(`Of the images ${[image, ...others].join(', ')} of a sample ${image} is taken.`)

  let label: string | null = null
  let record: Record<string, unknown> = {}
  for (const [field, { text, name }] of fields) {
    if (text === null) {
      if (!isImageField(field)) passedOver.add(`field ${field}`, 'neither an image, a label, a record nor a text')
    } else if (LABEL_FIELD.test(field)) {
      keys.add(field)
      if (labelSource === field || (labelSource === 'auto' && label === null)) {
        label = text.replace(/^"(.*)"$/, '$1')
        from.add(`.${field}`)
      } else record = { ...record, [field]: text }
    } else if (RECORD_FIELD.test(field)) record = { ...record, ...parseRecord(text, name, problems) }
    else record = { ...record, [field]: text }
  }
  const roles = columnRoles(Object.keys(record))
  if (roles.label !== null) keys.add(roles.label)
  const column = typeof labelSource === 'string' && labelSource in record ? labelSource : roles.label
  const takes = label === null && column !== null && (labelSource === 'auto' || labelSource === column)
  if (takes) {
    label = textOf(record[column])
    from.add(`field ${column}`)
  }
  const member = fields.get(image)!
  return {
    member: member.name,
    sample: {
      path: `${shard.below}/${member.name}`,
      label,
      split: splitOfPath(shard.below),
      location: locate(shard, member),
      mask: mask === null ? boxOf(record) : locate(shard, fields.get(mask)!),
      metadata: metadataOf(record, takes ? [column] : []),
    },
  }
}

function locate({ file }: Shard, { name, entry }: TarMember): RangeMember {
  return { kind: 'range', file, offset: entry.offset, length: entry.size, name }
}

function parseRecord(content: string, name: string, problems: ProblemList): Record<string, unknown> {
  try {
    const value: unknown = parseExactJson(content)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
    return { json: value }
  } catch {
    problems.add('not valid JSON; ignored', name)
    return {}
  }
}
