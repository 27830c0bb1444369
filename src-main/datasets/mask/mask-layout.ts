/** Which of a dataset's pictures are masks of others, from their names. */
import {
  hasMaskSuffix,
  imageKeys,
  isImageFolder,
  isMaskFolder,
  isPureMaskFolder,
  maskFolderRank,
  maskKeys,
  type MaskName,
} from './mask-names'

export interface MaskLayout {
  /** Every path that is an image, in the order given, with the path of its mask or null. */
  images: { path: string; mask: string | null }[]
  /** Where masks lie that are not images: a folder, or the folders that hold both. */
  folders: MaskFolderFound[]
}

export interface MaskFolderFound {
  /** With '/', empty for the dataset itself. */
  folder: string
  count: number
  /** Whether it is a folder of masks alone, or one that holds images and masks side by side. */
  mixed: boolean
  /** Masks of it that are taken; of several masks of an image one is. */
  taken: number
}

/** Share of a folder's masks that must belong to an image, where it lies beside a folder of images. */
const ENOUGH = 0.5
/** The same where only names suggest that they are masks. */
const NEARLY_ALL = 0.9

/**
 * Images and masks of `paths` (relative to the dataset, with '/'): VOC's `JPEGImages` beside `SegmentationClass`, ADE20K's
 * `images/training` beside `annotations/training`, Oxford's `annotations/trimaps`, `PNGImages` beside `PedMasks`,
 * `masks` inside a folder of images, `x_mask.png` beside `x.jpg`. A folder whose pictures belong to no others is a class
 * like any other, whatever it is called.
 */
export function maskLayout(paths: readonly string[]): MaskLayout {
  const rest = new Set(paths)
  const maskOf = new Map<string, { mask: string; rank: number }>()
  const folders: MaskFolderFound[] = []
  const found = candidates(paths)
  const below = pathsBelow(paths, new Set(found.map(({ above }) => above)))
  for (const folder of found) {
    const belonging = belongings(folder, below.get(folder.above) ?? [])
    if (belonging === null) continue
    for (const path of folder.masks) rest.delete(path)
    keepBest(maskOf, belonging, maskFolderRank(folder.name) * 100)
    folders.push({ folder: folder.root, count: folder.masks.length, mixed: false, taken: 0 })
  }
  const beside = besideImages([...rest])
  for (const path of beside.masks) rest.delete(path)
  keepBest(maskOf, beside.of, 0)
  if (beside.masks.length > 0) folders.push({ folder: '', count: beside.masks.length, mixed: true, taken: 0 })

  const images = paths.filter((path) => rest.has(path)).map((path) => ({ path, mask: maskOf.get(path)?.mask ?? null }))
  for (const { mask } of images) {
    const own = mask === null ? undefined : folders.find(({ folder, mixed }) => !mixed && mask.startsWith(`${folder}/`))
    const place = own ?? (mask === null ? undefined : folders.find(({ mixed }) => mixed))
    if (place) place.taken++
  }
  return { images, folders }
}

interface Candidate {
  /** The folder of masks. */
  root: string
  name: string
  /** The folder that it lies in, with '/' at its end, or empty. */
  above: string
  masks: string[]
}

/** An image and a mask of it. */
interface Belonging {
  image: string
  mask: string
  rank: number
}

/** Folders whose names mean masks, the outermost of a path; `annotations/trimaps` is one folder. */
function candidates(paths: readonly string[]): Candidate[] {
  const found = new Map<string, Candidate>()
  for (const path of paths) {
    const folders = path.split('/').slice(0, -1)
    const first = folders.findIndex(isMaskFolder)
    if (first < 0) continue
    let last = first
    while (last + 1 < folders.length && isMaskFolder(folders[last + 1]!)) last++
    const root = folders.slice(0, last + 1).join('/')
    const known = found.get(root)
    if (known) known.masks.push(path)
    else {
      const above = folders
        .slice(0, first)
        .map((folder) => `${folder}/`)
        .join('')
      found.set(root, { root, name: folders[last]!, above, masks: [path] })
    }
  }
  return [...found.values()].sort((a, b) => maskFolderRank(a.name) - maskFolderRank(b.name))
}

/** Paths that lie in no folder of masks, by the folders (with '/', or empty) that they lie below. */
function pathsBelow(paths: readonly string[], folders: ReadonlySet<string>): Map<string, string[]> {
  const below = new Map([...folders].map((folder) => [folder, [] as string[]]))
  if (folders.size === 0) return below
  for (const path of paths) {
    if (path.split('/').slice(0, -1).some(isMaskFolder)) continue
    below.get('')?.push(path)
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      below.get(path.slice(0, slash + 1))?.push(path)
    }
  }
  return below
}

/** The images that a folder's masks belong to, among those that lie in the same folder; null where it holds no masks. */
function belongings({ root, name, above, masks }: Candidate, others: readonly string[]): Belonging[] | null {
  const siblings = Map.groupBy(others, (path) => {
    const slash = path.indexOf('/', above.length)
    return slash < 0 ? '' : path.slice(above.length, slash)
  })
  const own = masks.map((mask) => ({ mask, keys: maskKeys(mask.slice(root.length + 1)) }))
  const suffixed = masks.every(hasMaskSuffix)
  let best: Belonging[] | null = null
  for (const [sibling, images] of [...siblings, ['.', others] as const]) {
    const isFolder = sibling !== '' && sibling !== '.'
    const base = isFolder ? `${above}${sibling}/` : above
    const beside = isFolder && isImageFolder(sibling)
    const found = match(images, base, own, beside)
    const share = new Set(found.map(({ mask }) => mask)).size / masks.length
    const enough = beside ? share >= ENOUGH : share >= NEARLY_ALL && (suffixed || !isFolder)
    if (enough && (best === null || found.length > best.length)) best = found
    // One file for each object, in a folder of one image: masks of it, though none is the mask.
    else if (beside && (isPureMaskFolder(name) || (above !== '' && images.length === 1))) best ??= found
  }
  return best
}

/** By path below the two folders, or else, with `byNameAlone`, by a name that one image and one mask have. */
function match(
  images: readonly string[],
  base: string,
  masks: { mask: string; keys: MaskName[] }[],
  byNameAlone: boolean,
): Belonging[] {
  const byKey = new Map<string, string>()
  const byName = new Map<string, string | null>()
  for (const image of images) {
    for (const key of imageKeys(image.slice(base.length))) {
      if (!byKey.has(key)) byKey.set(key, image)
      const name = lastPart(key)
      byName.set(name, byName.has(name) && byName.get(name) !== image ? null : image)
    }
  }
  const named = new Map<string, number>()
  for (const { keys } of masks)
    for (const { key } of keys) named.set(lastPart(key), (named.get(lastPart(key)) ?? 0) + 1)
  return masks.flatMap(({ mask, keys }) => {
    for (const { key, rank } of keys) {
      const image = byKey.get(key)
      if (image !== undefined) return [{ image, mask, rank }]
    }
    for (const { key, rank } of byNameAlone ? keys : []) {
      const image = named.get(lastPart(key)) === 1 ? byName.get(lastPart(key)) : null
      if (image) return [{ image, mask, rank }]
    }
    return []
  })
}

/** `x_mask.png` beside `x.jpg`, where most images have one. */
function besideImages(paths: readonly string[]): { masks: string[]; of: Belonging[] } {
  const none = { masks: [], of: [] }
  const suffixed = paths.filter(hasMaskSuffix)
  if (suffixed.length === 0) return none
  const names = new Set(suffixed)
  const images = paths.filter((path) => !names.has(path))
  const byKey = new Map(images.flatMap((image) => imageKeys(image).map((key) => [key, image] as const)))
  const of = suffixed.flatMap((mask) => {
    const own = maskKeys(mask).find(({ key, rank }) => rank > 0 && byKey.has(key))
    return own ? [{ image: byKey.get(own.key)!, mask, rank: own.rank }] : []
  })
  const withMask = new Set(of.map(({ image }) => image)).size
  if (of.length < suffixed.length * NEARLY_ALL || withMask < images.length * ENOUGH) return none
  return { masks: of.map(({ mask }) => mask), of }
}

function keepBest(
  into: Map<string, { mask: string; rank: number }>,
  found: readonly Belonging[],
  rankOfFolder: number,
): void {
  for (const { image, mask, rank } of found) {
    const known = into.get(image)
    // Where two differ in their ending only, PNG is taken: the other may have been compressed with loss.
    const total = rankOfFolder + rank - (/\.png$/i.test(mask) ? 0.5 : 0)
    if (known === undefined || total < known.rank) into.set(image, { mask, rank: total })
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
