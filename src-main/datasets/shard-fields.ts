/** Samples of a WebDataset shard: members by key, and which of their fields is the image, the mask and the label. */
import { IMAGE_ENDINGS, isImageName } from './image-names'

export interface Member<Entry> {
  name: string
  entry: Entry
  /** Content of a small text file, null for all other members. */
  text: string | null
}

/** What lies in a shard under one key: KEY.jpg with KEY.cls, KEY.json and KEY.txt. */
export interface Group<Entry> {
  key: string
  fields: Map<string, Member<Entry>>
  /** True where members of other samples come between its members. */
  scattered: boolean
  /** Members with the same field as an earlier one. */
  repeated: string[]
}

export const LABEL_FIELD = /^(.+\.)?(cls|class|label|target|cls2)(\.(txt|json))?$/
export const RECORD_FIELD = /^(.+\.)?(json|jsn)$/
export const TEXT_FIELD = /^(.+\.)?(txt|text|caption|transcript|index|inx|id|count)$/
const MASK_FIELD = /(^|[._-])(mask|seg|segmentation)\./
/** Images that a model gets, the likeliest first. */
const INPUTS = ['rgb', 'image', 'img', 'input', 'photo', 'picture', 'color', 'colour', 'original', 'source', 'rgba']
/** Images that are made from another, or say something about it. */
const DERIVED =
  /^(output|out|depth|normals?|edges?|canny|flow|disparity|semantic|instance|labels?|target|gt|albedo|alpha|matte|thumb|thumbnail|heatmap|saliency|pred|prediction|mask|seg|segmentation|conditioning|control|sketch|pose)/

/** WebDataset's rule: the key ends at the first dot of the last part; endings are of any case. */
export function splitKey(name: string): { key: string; field: string } {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1)
  return dot < 0 ? { key: name, field: '' } : { key: name.slice(0, dot), field: name.slice(dot + 1).toLowerCase() }
}

export function isImageField(field: string): boolean {
  return isImageName(`x.${field}`)
}

/**
 * Members by key, in the order of their first members. Numbers after the key's dot (`photo.00.png`) belong to the name
 * unless the key has a label or a record of its own; so do fields that only one key has, where nothing else is in the shard.
 */
export function groupMembers<Entry>(members: readonly Member<Entry>[]): Group<Entry>[] {
  const byKey = new Map<string, { field: string; member: Member<Entry>; at: number }[]>()
  members.forEach((member, at) => {
    const { key, field } = splitKey(member.name)
    const known = byKey.get(key)
    if (known) known.push({ field, member, at })
    else byKey.set(key, [{ field, member, at }])
  })
  const bare = members.every(({ text }) => text === null)
  const keysOfField = new Map<string, number>()
  for (const own of byKey.values())
    for (const { field } of own) keysOfField.set(field, (keysOfField.get(field) ?? 0) + 1)

  const groups = new Map<string, Group<Entry> & { last: number }>()
  for (const [key, own] of byKey) {
    const described = own.some(({ field, member }) => member.text !== null && !/^[^a-z]/.test(field))
    const whole = own.some(({ field }) => (IMAGE_ENDINGS as readonly string[]).includes(field))
    for (const { field, member, at } of own) {
      const alone = bare && !whole && own.length > 1 && keysOfField.get(field) === 1
      const split = !described && (/^[^a-z]/.test(field) || alone) ? nameParts(field, alone) : { more: '', field }
      const full = split.more === '' ? key : `${key}.${split.more}`
      const known = groups.get(full)
      const group = known ?? {
        key: full,
        fields: new Map<string, Member<Entry>>(),
        scattered: false,
        repeated: [],
        last: at - 1,
      }
      if (at !== group.last + 1) group.scattered = true
      group.last = at
      if (group.fields.has(split.field)) group.repeated.push(member.name)
      else group.fields.set(split.field, member)
      groups.set(full, group)
    }
  }
  return [...groups.values()]
}

/** What belongs to the name in front of a field: leading parts that are not words, or all but the ending. */
function nameParts(field: string, all: boolean): { more: string; field: string } {
  const parts = field.split('.')
  const from = all ? parts.length - 1 : parts.findIndex((part) => /^[a-z]/.test(part))
  if (from <= 0) return { more: '', field }
  return { more: parts.slice(0, from).join('.'), field: parts.slice(from).join('.') }
}

export interface ImageFields {
  image: string | null
  mask: string | null
  /** Further images, which are not read. */
  others: string[]
  /** True where the image was chosen among several that could as well be it. */
  isAssumed: boolean
}

/** Which image of a sample is taken: `jpg` before `rgb.png`, that before `depth.png`. */
export function imageFields(fields: readonly string[]): ImageFields {
  const images = fields.filter(isImageField)
  const mask = images.length > 1 ? (images.find((field) => MASK_FIELD.test(field)) ?? null) : null
  const ranked = images.filter((field) => field !== mask).sort((a, b) => rank(a) - rank(b))
  const [image = null, second] = ranked
  const isAssumed = image !== null && second !== undefined && rank(image) > 0 && rank(image) === rank(second)
  return { image, mask, others: ranked.slice(1), isAssumed }
}

function rank(field: string): number {
  if ((IMAGE_ENDINGS as readonly string[]).includes(field)) return 0
  const words = field.split(/[._-]/).slice(0, -1)
  const input = INPUTS.findIndex((name) => words.includes(name))
  if (words.some((word) => DERIVED.test(word))) return 100
  return input < 0 ? 50 : 1 + input
}
