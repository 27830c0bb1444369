import { basename, posix, win32 } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { DatasetMatch, SampleGroup } from '@shared/api'
import { openDataset } from '../../datasets/open-dataset'
import type { DatasetSample } from '../../datasets/source'
import type { KnownSample } from './known-samples'
import { type Step, hashOf, mapSteps, sizeOf } from './sample-content'

const EXAMPLES = 5
/** Files at their path whose content is compared although nobody asked for all: equal sizes can hide other content. */
const SPOT_CHECKS = 64

/** A known sample and the file that it is in the dataset now. */
export interface PlacedSample {
  known: KnownSample
  found: DatasetSample
}

export interface MatchedDataset {
  match: DatasetMatch
  /** The dataset's own path as its source gives it. */
  root: string
  /** Everything that was found, under its path or a new one. */
  placed: PlacedSample[]
}

export interface MatchOptions {
  datasetId: number
  /** Where the project knew the dataset. */
  formerRoot: string
  /** Where it is looked for. */
  path: string
  /** Paths that no renamed sample may take: other keys have them. */
  reserved: ReadonlySet<string>
  /** Compare the content of every file instead of a few. */
  deep: boolean
  /** Says what is done and how far that is; throws to end it. */
  progress(phase: string, done: number, total: number): void
  signal?: AbortSignal
}

/**
 * Finds known samples in a dataset: at their paths first, and those that are not there, or have another size there,
 * by content among the files of equal size that no sample stands at. Reads nothing but those files, and a few at
 * their paths for a spot check. Throws 'not-found' and 'unsupported-dataset'.
 */
export async function matchDataset(known: readonly KnownSample[], options: MatchOptions): Promise<MatchedDataset> {
  const { datasetId, formerRoot, path, reserved, deep, progress, signal } = options
  const step =
    (phase: string): Step =>
    (done, total) => {
      signal?.throwIfAborted()
      progress(phase, done, total)
    }
  const listing = step('Listing the dataset')
  listing(0, 0)
  const source = await openDataset(path)
  const { samples } = await source.list({ signal, onFound: (found) => listing(found, 0) })
  // Others are answered between what goes through all samples at once.
  await setImmediate()
  const byPath = new Map(samples.map((sample) => [sample.path, sample]))
  const pathNow = pathMapper(formerRoot, source.root)

  await setImmediate()
  const atPath: PlacedSample[] = []
  const lost: KnownSample[] = []
  for (const sample of known) {
    const found = byPath.get(pathNow(sample.path))
    if (found === undefined) lost.push(sample)
    else atPath.push({ known: sample, found })
  }
  await setImmediate()
  const { same, different, hashed } = await compare(atPath, deep, step)
  await setImmediate()
  const standing = new Set(same.map(({ found }) => found.path))
  const free = samples.filter(({ path: at }) => !standing.has(at) && !reserved.has(at))
  const elsewhere = await findByContent([...lost, ...different.map((placed) => placed.known)], free, step)

  const renamed = withoutCollisions(elsewhere, different)
  const moved = new Set(renamed.map((placed) => placed.known.id))
  const stillDifferent = different.filter((placed) => !moved.has(placed.known.id))
  const missing = lost.filter(({ id }) => !moved.has(id))
  const placed = [...same, ...stillDifferent, ...renamed]
  return {
    root: source.root,
    placed,
    match: {
      datasetId,
      root: source.root,
      kind: source.kind,
      samples: known.length,
      byPath: group(same, ({ found }) => found.path),
      renamed: group(renamed, (entry) => `${entry.known.path} → ${entry.found.path}`),
      different: group(stillDifferent, ({ found }) => found.path),
      missing: group(missing, (sample) => sample.path),
      extra: samples.length - new Set(placed.map(({ found }) => found.path)).size,
      hashed,
    },
  }
}

/** Paths of a dataset that is one file begin with that file's name; it may have another one now. */
function pathMapper(formerRoot: string, root: string): (path: string) => string {
  const former = `${baseOf(formerRoot)}/`
  const now = `${basename(root)}/`
  return (path) => (path.startsWith(former) && /\.\w+$/.test(formerRoot) ? now + path.slice(former.length) : path)
}

/** The last part of a path that may come from another platform. */
export function baseOf(path: string): string {
  return (isWindowsPath(path) ? win32 : posix).basename(path)
}

export function isWindowsPath(path: string): boolean {
  return /^([a-z]:[\\/]|\\\\)/i.test(path)
}

async function compare(atPath: PlacedSample[], deep: boolean, step: (phase: string) => Step) {
  const sizes = await mapSteps(atPath, step('Comparing sizes'), ({ found }) => sizeOf(found.location))
  const other = new Set<number>()
  atPath.forEach(({ known }, i) => {
    const size = sizes[i] ?? null
    if (known.bytes !== null && size !== null && size !== known.bytes) other.add(known.id)
  })
  const comparable = atPath.filter(({ known }) => known.hash !== null && !other.has(known.id))
  const every = deep ? 1 : Math.max(1, Math.ceil(comparable.length / SPOT_CHECKS))
  const chosen = comparable.filter((_, index) => index % every === 0)
  const hashes = await mapSteps(chosen, step('Comparing contents'), ({ found }) => hashOf(found.location))
  chosen.forEach(({ known }, i) => {
    if (hashes[i] !== known.hash) other.add(known.id)
  })
  return {
    same: atPath.filter(({ known }) => !other.has(known.id)),
    different: atPath.filter(({ known }) => other.has(known.id)),
    hashed: chosen.length,
  }
}

/** Among samples that are not at their path, those whose exact content lies at one of the free paths. */
async function findByContent(
  lost: readonly KnownSample[],
  free: readonly DatasetSample[],
  step: (phase: string) => Step,
): Promise<PlacedSample[]> {
  const wanted = new Map<string, KnownSample[]>()
  for (const sample of lost) {
    if (sample.hash === null) continue
    // Many samples may have the same content.
    const same = wanted.get(sample.hash)
    if (same) same.push(sample)
    else wanted.set(sample.hash, [sample])
  }
  if (wanted.size === 0) return []
  const sizes = new Set(lost.flatMap(({ bytes, hash }) => (hash === null || bytes === null ? [] : [bytes])))
  const measured = await mapSteps(free, step('Looking at other files'), ({ location }) => sizeOf(location))
  const candidates = free.filter((_, i) => {
    const size = measured[i] ?? null
    return size === null || sizes.has(size)
  })
  const hashes = await mapSteps(candidates, step('Reading files of equal size'), ({ location }) => hashOf(location))
  return candidates.flatMap((found, i) => {
    const known = wanted.get(hashes[i] ?? '')?.shift()
    return known === undefined ? [] : [{ known, found }]
  })
}

/** A sample may take another's path only where that one moves as well: two files that changed places, for example. */
function withoutCollisions(renamed: PlacedSample[], different: readonly PlacedSample[]): PlacedSample[] {
  const owner = new Map(different.map(({ known, found }) => [found.path, known.id]))
  let kept = renamed
  for (;;) {
    const moving = new Set(kept.map(({ known }) => known.id))
    const next = kept.filter(({ found }) => {
      const id = owner.get(found.path)
      return id === undefined || moving.has(id)
    })
    if (next.length === kept.length) return kept
    kept = next
  }
}

function group<Item>(items: readonly Item[], nameOf: (item: Item) => string): SampleGroup {
  return { count: items.length, examples: items.slice(0, EXAMPLES).map(nameOf) }
}
