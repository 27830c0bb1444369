/** Labels and splits from the folders of a dataset. */
import { HeadlightError } from '@shared/errors'
import { areParts, isAside, isStructure } from './folder-names'
import { labelMatcher } from './label-match'
import type { LabelChoice, LabelsFrom, LabelSource } from './source'
import { splitsOfNames } from './split-names'

export interface PathLabels {
  /** In the order of the paths. */
  labels: (string | null)[]
  splits: (string | null)[]
  labelsFrom: LabelsFrom | null
  assumed: string[]
  /** The levels that can be taken for labels. */
  choices: LabelChoice[]
}

/** A folder that holds images itself. */
interface Folder {
  parts: string[]
  label: string | null
  split: string | null
}

/**
 * Labels by folder. Levels that name splits, hold everything together (`images`, a wrapper that all share) or stand
 * aside (`assets`) are stepped over; the first level with two names after them is the label. Levels count from 1.
 * Where the model's classes are known and only another level has their names, that level is the label. `source` sets the level or takes
 * none. Throws 'usage' for a level that no path has.
 */
export function labelsOfPaths(
  paths: readonly string[],
  source: LabelSource = 'auto',
  modelClasses: readonly string[] = [],
): PathLabels {
  const folders = new Map<string, Folder>()
  const folderOf = (path: string): Folder => {
    const name = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const known = folders.get(name)
    if (known) return known
    const folder = { parts: name === '' ? [] : name.split('/'), label: null, split: null }
    folders.set(name, folder)
    return folder
  }
  const own = paths.map(folderOf)
  const levels = levelsOf([...folders.values()])
  const found =
    source === 'none' || (typeof source === 'string' && source !== 'auto')
      ? null
      : chosenLevel(levels, source, modelClasses)
  const splits = levels.filter((level) => level.splits !== null && level.number !== found?.number)
  for (const folder of folders.values()) {
    const name = found === null ? undefined : folder.parts[found.number - 1]
    folder.label = name === undefined || (source === 'auto' && found!.isNoLabel(folder.parts)) ? null : name
    const split = splits.find(({ number }) => folder.parts[number - 1] !== undefined)
    folder.split = split?.splits?.get(folder.parts[split.number - 1] ?? '') ?? null
  }
  const example = found === null ? null : found.example
  return {
    labels: own.map(({ label }) => label),
    splits: own.map(({ split }) => split),
    labelsFrom: found === null ? null : { from: `folder level ${found.number}`, level: found.number, example },
    assumed: source === 'auto' ? assumptions(levels, found) : [],
    choices: levels.map(({ number, names, example }) => ({
      ...{ source: number, name: `folder level ${number}`, labels: names.size, example },
    })),
  }
}

interface Level {
  /** From 1. */
  number: number
  names: ReadonlySet<string>
  /** Names that may be classes. */
  classes: ReadonlySet<string>
  /** Split by name where the level names splits. */
  splits: ReadonlyMap<string, string> | null
  /** The names are parts of one folder that was split up. */
  isCut: boolean
  example: string
  isNoLabel(parts: readonly string[]): boolean
}

function levelsOf(folders: readonly Folder[]): Level[] {
  const deepest = folders.reduce((maximum, { parts }) => Math.max(maximum, parts.length), 0)
  /** Names of the folders inside a folder. */
  const inside = new Map<string, Set<string>>()
  for (const { parts } of folders) {
    parts.forEach((part, index) => {
      const parent = parts.slice(0, index).join('/')
      const names = inside.get(parent) ?? new Set()
      inside.set(parent, names.add(part))
    })
  }
  return Array.from({ length: deepest }, (_, index) => {
    const reaching = folders.filter(({ parts }) => parts.length > index)
    const isNoLabel = (parts: readonly string[]): boolean => {
      const name = parts[index]
      if (name === undefined) return false
      const siblings = inside.get(parts.slice(0, index).join('/'))?.size ?? 1
      if (isAside(name)) return siblings > 1
      return isStructure(name) && (siblings === 1 || inside.has(parts.slice(0, index + 1).join('/')))
    }
    const names = new Set(reaching.map(({ parts }) => parts[index]!))
    const classes = new Set(reaching.filter(({ parts }) => !isNoLabel(parts)).map(({ parts }) => parts[index]!))
    const shown = (reaching.find(({ parts }) => !isNoLabel(parts)) ?? reaching[0])!.parts
    return {
      ...{ number: index + 1, names, classes, isNoLabel },
      splits: splitsOfNames(classes),
      isCut: areParts(classes),
      example: `${shown.slice(0, index + 1).join('/')}/..`,
    }
  })
}

/** The level that was asked for; else the first with two classes, or the deepest with one that holds images itself, splits left out. */
function chosenLevel(levels: readonly Level[], source: LabelSource, modelClasses: readonly string[]): Level | null {
  if (typeof source === 'number') {
    const level = levels[source - 1]
    if (level) return level
    const deep =
      levels.length === 0 ? 'in no folder' : `${levels.length} ${levels.length === 1 ? 'folder' : 'folders'} deep`
    throw new HeadlightError('usage', `The dataset has no folder level ${source}; its images lie ${deep}.`)
  }
  const candidates = levels.filter(({ splits, isCut, classes }) => splits === null && !isCut && classes.size > 0)
  // A single name is a class where images lie in it, and otherwise a folder that holds the dataset together.
  const single = candidates.findLast(({ number }) => number === levels.length)
  const several = candidates.filter(({ classes }) => classes.size > 1)
  return levelOfClasses(several, modelClasses) ?? several[0] ?? single ?? null
}

/** Of several levels the only one with names of the model's classes: half of its names at least, and no other's at all. */
function levelOfClasses(levels: readonly Level[], modelClasses: readonly string[]): Level | null {
  if (levels.length < 2 || modelClasses.length === 0) return null
  const match = labelMatcher(modelClasses)
  const named = levels
    .map((level) => ({ level, count: [...level.classes].filter((name) => match(name) !== null).length }))
    .filter(({ count }) => count > 0)
  const [only] = named
  return named.length === 1 && only!.count * 2 >= only!.level.classes.size ? only!.level : null
}

function assumptions(levels: readonly Level[], label: Level | null): string[] {
  const sentences: string[] = []
  for (const { number, splits, names } of levels) {
    if (splits === null) continue
    const odd = [...names].filter((name) => splits.get(name) === name && splitsOfNames(new Set([name])) === null)
    const also = odd.length > 0 ? `, also ${listed(odd)}, which is not a usual name of one` : ''
    sentences.push(`Level ${number} of the folders (${listed([...names])}) is taken for splits, not for labels${also}.`)
  }
  for (const { number, isCut, names } of levels) {
    if (!isCut) continue
    sentences.push(
      `Level ${number} of the folders (${listed([...names])}) is taken for parts of one folder, not for labels; --label-source ${number} takes it.`,
    )
  }
  if (label === null) return sentences
  if (label.classes.size === 1) {
    sentences.push(
      `All images with a label are in one folder, ${[...label.classes][0]}, whose name is taken for it; --label-source none takes none.`,
    )
  }
  const others = levels.filter(
    (level) => level.splits === null && !level.isCut && level.classes.size > 1 && level !== label,
  )
  const [first, ...more] = others
  if (first !== undefined) {
    const further = more.length === 0 ? '' : `; levels ${more.map(({ number }) => number).join(', ')} have several, too`
    sentences.push(
      `Labels are level ${label.number} of the folders; level ${first.number} has ${first.classes.size} names as well, for example ${first.example}: --label-source ${first.number} takes those${further}.`,
    )
  }
  return sentences
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ')
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown
}
