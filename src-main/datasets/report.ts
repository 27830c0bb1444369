import type { DatasetReport } from '@shared/api'
import { labelMatcher } from './label-match'
import { openMasks } from './masks'
import { naturalOrder } from './natural-order'
import { openDataset } from './source'

const PREVIEW = 12

/** What a dataset looks like before anything is computed; `labels` are the model's class names, null without a model. */
export async function reportDataset(path: string, labels: readonly string[] | null): Promise<DatasetReport> {
  const source = await openDataset(path)
  const { samples, problems, numbered } = await source.list()
  const masks = await openMasks(source.root, null)
  const match = labels === null ? () => null : labelMatcher(labels, numbered)

  const counts = new Map<string, number>()
  for (const { label } of samples) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
  const classes = [...counts]
    .sort(([a], [b]) => naturalOrder(a, b))
    .map(([folder, count]) => ({ folder, count, classIndex: match(folder) }))

  const ownMasks = samples.filter(({ mask }) => mask !== null).length
  const all = [...problems]
  if (counts.has('images') && counts.has('masks')) {
    all.push('This folder holds an images and a masks folder; choose the images folder itself.')
  }
  if (labels !== null) {
    const unmatched = classes.filter((entry) => entry.classIndex === null).map((entry) => entry.folder)
    if (unmatched.length > 0) all.push(unmatchedSentence(unmatched))
  }
  const step = Math.max(1, Math.floor(samples.length / PREVIEW))
  const preview = samples.filter((_, index) => index % step === 0).slice(0, PREVIEW)
  return {
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
}

function unmatchedSentence(folders: string[]): string {
  const shown = folders.slice(0, 3).join(', ')
  const more = folders.length > 3 ? ` and ${folders.length - 3} more` : ''
  return `No class of the model is named ${shown}${more}; these images count as unlabelled.`
}
