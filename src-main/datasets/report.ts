import type { DatasetReport } from '@shared/api'
import { matchClasses, type ModelClasses } from './match-classes'
import { openMasks } from './masks'
import { naturalOrder } from './natural-order'
import { openDataset } from './open-dataset'
import type { DatasetSample, ListOptions } from './source'

const PREVIEW = 12

/** What a dataset looks like before anything is computed; `model` is what the model calls its classes, null without one. */
export async function reportDataset(
  path: string,
  model: ModelClasses | null,
  options?: ListOptions,
): Promise<{ report: DatasetReport; preview: DatasetSample[] }> {
  const source = await openDataset(path)
  const { samples, problems, numbered } = await source.list(options)
  const masks = await openMasks(source.root, null)

  const counts = new Map<string, number>()
  for (const { label } of samples) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
  const matches = model === null ? null : matchClasses([...counts.keys()], model, numbered)
  const classes = [...counts]
    .sort(([a], [b]) => naturalOrder(a, b))
    .map(([folder, count]) => ({ folder, count, ...(matches?.get(folder) ?? { classIndex: null, by: null }) }))

  const ownMasks = samples.filter(({ mask }) => mask !== null).length
  const all = [...problems]
  if (model !== null) {
    const unmatched = classes.filter((entry) => entry.classIndex === null).map((entry) => entry.folder)
    if (unmatched.length > 0) all.push(unmatchedSentence(unmatched))
    if (classes.some(({ by }) => by === 'order')) all.push(ORDER_SENTENCE)
  }
  const step = Math.max(1, Math.floor(samples.length / PREVIEW))
  const preview = samples.filter((_, index) => index % step === 0).slice(0, PREVIEW)
  const report = {
    path: source.root,
    kind: source.kind,
    count: samples.length,
    classes,
    preview: preview.map((sample) => sample.path),
    masks:
      masks !== null
        ? { path: masks.path, count: masks.count }
        : ownMasks > 0
          ? { path: source.root, count: ownMasks }
          : null,
    metadata: [...new Set(samples.flatMap(({ metadata }) => Object.keys(metadata ?? {})))],
    problems: all,
  }
  return { report, preview }
}

const ORDER_SENTENCE =
  'No label has the name of a class, but there are as many of both, so they were matched by their order; check that.'

function unmatchedSentence(folders: string[]): string {
  const shown = folders.slice(0, 3).join(', ')
  const more = folders.length > 3 ? ` and ${folders.length - 3} more` : ''
  return `No class of the model is named ${shown}${more}; these images count as unlabelled.`
}
