import type { AnnotationFacets, RunInfo } from '@shared/api'
import type { Project } from '../project/project'
import { compileFilter } from '../samples/sample-filter'
import { saidOfSamples, samplesThat } from './annotated-samples'
import { type TermKind, readTerms } from './terms'

/** How many samples of the filter have each tag and each verdict; every entry of the lists is there, also with 0. */
export function countAnnotations(project: Project, run: RunInfo, filter: string): AnnotationFacets {
  const condition = compileFilter(project, run, filter)
  const matching = new Set(
    project.cache
      .prepare<(string | number)[], number>(
        `SELECT r.sample_id FROM run_sample r
         WHERE ${condition.sql} AND r.sample_id IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .all(...condition.parameters, JSON.stringify(samplesThat(project, 'annotated'))),
  )
  const count = (kind: TermKind) => {
    const counts = new Map<string, number>()
    for (const { id, text } of saidOfSamples(project, kind)) {
      if (matching.has(id)) counts.set(text, (counts.get(text) ?? 0) + 1)
    }
    return readTerms(project, kind).map(({ id, name }) => ({ value: id, name, count: counts.get(name) ?? 0 }))
  }
  return { tags: count('tag'), verdicts: count('verdict'), annotated: matching.size }
}
