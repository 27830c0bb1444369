import type { AnnotationFacets } from '@shared/api'
import type { FilterContext } from '../queries/filter-context'
import { saidOfSamples, samplesThat } from './annotated-samples'
import { type TermKind, readTerms } from './terms'

/** How many samples that pass have each tag and each verdict; every entry of the lists is there, also with 0. */
export function countAnnotations({ files, columns }: FilterContext, mask: Uint8Array | null): AnnotationFacets {
  const passes = (id: number) => {
    const index = columns.indexOf(id)
    return index >= 0 && (mask === null || mask[index] === 1)
  }
  const count = (kind: TermKind) => {
    const counts = new Map<string, number>()
    for (const { id, text } of saidOfSamples(files, kind)) {
      if (passes(id)) counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    return readTerms(files, kind).map(({ id, name }) => ({ value: id, name, count: counts.get(name) ?? 0 }))
  }
  return {
    tags: count('tag'),
    verdicts: count('verdict'),
    annotated: samplesThat(files, 'annotated').filter(passes).length,
  }
}
