import type { RunInfo } from '@shared/api'
import { useMemo } from 'react'
import { useSampleMetadata } from '../../api/sample-queries'
import { useAnnotationState } from '../../api/annotation-queries'
import { className } from '../../app/class-name'
import type { Vocabulary } from './completion'

/** The names that a filter of this run may use; columns of the dataset are those of one sample. */
export function useVocabulary(run: RunInfo, sample: number | undefined): Vocabulary {
  const terms = useAnnotationState().data
  const metadata = useSampleMetadata(run.id, sample).data
  return useMemo(
    () => ({
      classes: Array.from({ length: run.model.classes }, (_, index) => className(run, index)),
      tags: terms?.tags.map(({ name }) => name) ?? [],
      verdicts: terms?.verdicts.map(({ name }) => name) ?? [],
      columns: Object.keys(metadata ?? {}),
      layers: run.model.layers,
      heads: run.model.heads,
    }),
    [metadata, run, terms],
  )
}
