import { TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import type { RunInfo, SampleRow } from '@shared/api'
import { classWords } from '@shared/class-name'
import type { GridContent } from '@shared/figure/recipe'
import { classInputs } from '@shared/target-classes'
import { withoutResult } from '@shared/without-result'
import { basename } from 'node:path/posix'

/** Class names are often folder names. */
export function readable(name: string): string {
  return name.replaceAll('_', ' ')
}

/** What stands beside a sample; null for nothing. */
export function sampleTitle(content: GridContent, sample: SampleRow, index: number, run: RunInfo): string | null {
  const { sampleTitles } = content
  if (Array.isArray(sampleTitles)) return sampleTitles[index] ?? null
  switch (sampleTitles) {
    case 'none':
      return null
    case 'path':
      return basename(sample.path)
    case 'label': {
      const name = sample.labelName ?? run.definition.labels[sample.label ?? -1]
      return name === undefined ? 'no label' : readable(name)
    }
  }
}

/** What was predicted, and how surely; for a wrong prediction in words that say so, since colour is not enough. */
export function captionOf({ captions }: GridContent, sample: SampleRow, run: RunInfo): string | null {
  if (captions === 'none') return null
  if (sample.prediction === null) return sample.error === null ? 'no result' : withoutResult(run).toLowerCase()
  const name = readable(classWords(run.definition.labels, sample.prediction))
  const surely = (sample.confidence ?? NaN).toFixed(2)
  if (run.definition.task === 'regression') return `${name} ${surely}`
  return `${sample.correct === false ? '× ' : ''}${name} (${surely})${explainedQuery(sample, run)}`
}

/** The query of a detector that is explained; with its class where that is not the prediction. */
function explainedQuery({ detection, label, prediction }: SampleRow, { definition }: RunInfo): string {
  if (!detection) return ''
  const explained = classInputs(definition.target, label)?.target ?? TARGET_PREDICTED
  return explained === TARGET_PREDICTED || explained === prediction
    ? `, query ${detection.query}`
    : `; ${readable(classWords(definition.labels, explained))}: query ${detection.query}`
}
