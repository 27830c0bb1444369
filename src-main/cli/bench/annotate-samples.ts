import type { AnnotationChange } from '@shared/api'
import { changeAnnotations } from '../../library/annotations/change'
import type { Project } from '../../library/project/project'

/** As many as a team annotates in some weeks. */
const ANNOTATED = 20_000
const TAGS = ['clutter', 'occluded', 'cropped', 'text', 'watermark', 'several objects', 'blurred', 'drawing']
const VERDICTS = ['fine', 'ambiguous', 'label error', 'spurious background']

/**
 * Annotates 20,000 samples (all of them where there are fewer), spread evenly: each has a tag, every second a verdict,
 * every fifth a note.
 */
export function annotateSamples(project: Project, ids: readonly number[], run: string): void {
  const step = Math.max(1, ids.length / ANNOTATED)
  const chosen = Array.from({ length: Math.min(ANNOTATED, ids.length) }, (_, i) => ids[Math.floor(i * step)]!)
  const every = (members: number, of: number) => Uint32Array.from(chosen.filter((_, i) => i % of === members))
  const changes: AnnotationChange[] = [
    ...TAGS.map((tag, i) => ({ kind: 'tag' as const, ids: every(i, TAGS.length), tag, on: true })),
    ...VERDICTS.map((verdict, i) => ({ kind: 'verdict' as const, ids: every(2 * i, 8), verdict })),
    { kind: 'note', ids: every(0, 5), text: 'The object is cut off at the edge; the background decides.' },
  ]
  changeAnnotations(project, changes, { reviewer: 'bench', run })
}
