import type { RunInfo } from '@shared/api'
import { useMemo } from 'react'
import { useFacets, useSampleMetadata } from '../../api/sample-queries'
import { useAnnotationState } from '../../api/annotation-queries'
import { className } from '../../base/class-name'
import type { Vocabulary } from './completion'

/** The names that a filter of this run may use; columns of the dataset are those of one sample. */
export function useVocabulary(run: RunInfo, sample: number | undefined): Vocabulary {
  const terms = useAnnotationState().data
  const metadata = useSampleMetadata(run.id, sample).data
  const facets = useFacets(run.id, '').data
  return useMemo(
    () => ({
      classes: Array.from({ length: run.model.classes }, (_, index) => className(run, index)),
      labels: facets?.datasetLabels.map(({ name }) => name) ?? [],
      splits: facets?.splits.map(({ name }) => name) ?? [],
      tags: terms?.tags.map(({ name }) => name) ?? [],
      verdicts: terms?.verdicts.map(({ name }) => name) ?? [],
      columns: Object.keys(metadata ?? {}),
      layers: run.model.layers,
      heads: run.model.heads,
    }),
    [facets, metadata, run, terms],
  )
}
