/** Folder and file names by which datasets call their parts: train, validation and test. */

type SplitKind = 'train' | 'validation' | 'test'

const KINDS: ReadonlyMap<string, SplitKind> = new Map([
  ...['train', 'training', 'trn', 'trainset'].map((word) => [word, 'train'] as const),
  ...['val', 'valid', 'validation', 'validate', 'dev', 'minival'].map((word) => [word, 'validation'] as const),
  ...['test', 'testing', 'tst', 'testset', 'holdout', 'eval', 'evaluation'].map((word) => [word, 'test'] as const),
])
/** Parts only where one of the above stands beside them. */
const BESIDE = new Set([
  ...['extra', 'unlabeled', 'unlabelled', 'unsup', 'unsupervised', 'pred', 'predict', 'inference', 'submission'],
  ...['query', 'gallery', 'trainval', 'train_extra', 'unknown'],
])
/** Words that may stand around the word of a split: `train_images`, `training-data`, `test2017`. */
const AROUND = new Set([
  ...['', 'image', 'images', 'img', 'imgs', 'data', 'set', 'split', 'jpeg', 'jpg', 'png', 'pictures', 'new', 'small'],
  ...['cropped', 'resized', 'full', 'of', 'list'],
])

interface SplitName {
  kind: SplitKind
  /** The name without the words of splits and those around them. */
  rest: string
  split: string
}

/** The split that a name stands for by itself, as it is written: `val` for `val`, `train` for `train_images`; else null. */
export function splitOfName(name: string): string | null {
  const read = readName(name)
  return read?.rest === '' ? read.split : null
}

/** What a name says besides the split: `variant` for `images_variant_train`, nothing for `test`. */
export function withoutSplit(name: string): string {
  return wordsOf(name)
    .filter((word) => !KINDS.has(word) && !AROUND.has(word) && word !== 'trainval')
    .join(' ')
}

/** The split that a path of a shard or a table names in one of its parts: `data/train-00000-of-00002.parquet`. */
export function splitOfPath(path: string): string | null {
  const parts = path.replace(/(\.\w+)+$/, '').split('/')
  for (const part of parts.reverse()) {
    const read = readName(part)
    if (read) return read.split
  }
  return null
}

/**
 * The split of each name where names that stand side by side are the parts of a dataset and no classes, else null:
 * all of them name splits; or they name two kinds of splits; or they differ in the word of the split only (`seg_train`,
 * `seg_test`). A lone `test` among other words is a class.
 */
export function splitsOfNames(names: ReadonlySet<string>): Map<string, string> | null {
  const read = new Map([...names].map((name) => [name, readName(name)]))
  const alone = [...read.values()].filter((entry) => entry?.rest === '')
  const kinds = (entries: readonly (SplitName | null | undefined)[]) => new Set(entries.map((entry) => entry?.kind))
  const named = [...read].filter(([, entry]) => entry !== null)
  const rests = new Set(named.map(([, entry]) => entry?.rest))
  const isPart = (name: string) => read.get(name) !== null || BESIDE.has(wordsOf(name).at(-1) ?? '')
  const allAlone =
    alone.length > 0 && [...names].every((name) => read.get(name)?.rest === '' || BESIDE.has(looseWord(name)))
  const twoKinds = kinds(alone).size >= 2
  const alike = rests.size === 1 && kinds(named.map(([, entry]) => entry)).size >= 2 && [...names].every(isPart)
  if (!allAlone && !twoKinds && !alike) return null
  return new Map([...read].map(([name, entry]) => [name, entry?.split ?? name]))
}

function readName(name: string): SplitName | null {
  const words = wordsOf(name)
  const found = words.filter((word) => KINDS.has(word))
  const [word] = found
  if (word === undefined || found.length > 1) return null
  const rest = words.filter((other) => other !== word && !AROUND.has(other)).join(' ')
  return { kind: KINDS.get(word) ?? 'train', rest, split: words.length === 1 && !/\d/.test(name) ? name : word }
}

/** `TrainSet_2017` as train, set and nothing for the number. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[\s_.-]+/)
    .map((word) => word.replace(/\d+$/, ''))
}

function looseWord(name: string): string {
  return name.toLowerCase()
}
