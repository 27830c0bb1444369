import type { AnnotationChanged, AnnotationState, RunInfo } from '@shared/api'
import type { CurrentProject } from '../current-project'
import type { OpenProject } from '../open-project'
import type { Project } from '../project/project'
import { listRuns, readRun } from '../run/run-records'
import type { AnnotationsApi } from './api'
import { changeAnnotations } from './change'
import { changeTerms, finishFollowing } from './change-terms'
import { sweepDropped } from './dropped-steps'
import { importAnnotations } from './import-annotations'
import { readPlace, writePlace } from './places'
import { readReviewer, writeReviewer } from './reviewer'
import { nextStep } from './steps'
import { readReviewers } from './stored-annotation'
import { readTerms, type TermEntry, type TermKind } from './terms'
import { walkSteps } from './walk-steps'

/** Annotations of the open project. What only reads is answered by its lanes. */
export function annotationsPart(current: CurrentProject): AnnotationsApi {
  const answer = async (handler: Handler, input: never) => {
    const { opened } = current
    const output: unknown = await handler(opened.project, input, opened)
    sweepDropped(opened.project)
    return output
  }
  const calls = Object.entries(handlers).map(([name, handler]) => [name, (input: never) => answer(handler, input)])
  return Object.fromEntries(calls) as AnnotationsApi
}

type Handler = (project: Project, input: never, lanes: Lanes) => unknown

type Handlers = {
  [Name in keyof AnnotationsApi]: (
    project: Project,
    input: Parameters<AnnotationsApi[Name]>[0],
    lanes: Lanes,
  ) => ReturnType<AnnotationsApi[Name]> | Awaited<ReturnType<AnnotationsApi[Name]>>
}

/** Threads that read. */
type Lanes = Pick<OpenProject, 'rows' | 'lists' | 'statistics'>

const handlers: Handlers = {
  state: (project) => readState(project),
  ofSamples: (_project, { ids }, { rows }) => rows.ask('annotationsOf', [ids]),
  marks: (_project, { ids }, { rows }) => rows.ask('marks', [ids]),
  facets: (project, { runId, filter }, { lists }) => lists.ask('annotationFacets', [readRun(project, runId), filter]),
  change: (project, { changes, reviewer, runId, step }) =>
    changeAnnotations(
      project,
      changes,
      {
        reviewer: reviewer ?? readReviewer(project),
        run: runId == null ? null : readRun(project, runId).name,
      },
      step,
    ),
  undo: (project) => walk(project, 'undo'),
  redo: (project) => walk(project, 'redo'),
  setTags: (project, { tags }, lanes) => setTerms(project, 'tag', tags, lanes),
  setVerdicts: (project, { verdicts }, lanes) => setTerms(project, 'verdict', verdicts, lanes),
  setReviewer: (project, { name }) => {
    writeReviewer(project, name)
    return readState(project)
  },
  agreement: (_project, _input, { lists }) => lists.ask('agreement', []),
  export: (project, { format, runId, filter, after = null }, { statistics }) => {
    const run: RunInfo | null = runId == null ? null : readRun(project, runId)
    const runs = (run ? [run] : listRuns(project)).map(({ id, name, definition: { labels } }) => ({ id, name, labels }))
    const part = run && { run, filter: filter ?? '' }
    return statistics.ask('exportAnnotations', [{ format, part, after, name: project.name, runs }])
  },
  import: (project, { name, content }, { lists }) =>
    inTurn(project, () => importAnnotations(project, name, content, lists)),
  place: (project, { view }) => readPlace(project, view),
  keepPlace: (project, { view, id }) => {
    writePlace(project, view, id)
    return null
  },
}

const author = (project: Project) => ({ reviewer: readReviewer(project), run: null })

function readState(project: Project): AnnotationState {
  const reviewer = readReviewer(project)
  return {
    tags: readTerms(project, 'tag'),
    verdicts: readTerms(project, 'verdict'),
    reviewer,
    reviewers: readReviewers(project),
    undo: nextStep(project, reviewer, 'undo'),
    redo: nextStep(project, reviewer, 'redo'),
  }
}

const setTerms = (project: Project, kind: TermKind, entries: readonly TermEntry[], { lists }: Lanes) =>
  inTurn(project, () =>
    changeTerms(project, kind, entries, author(project), (...asked) => lists.ask('samplesNaming', asked)),
  )

/** Work that goes in parts, or must not come between them. */
const turns = new WeakMap<Project, Promise<unknown>>()

/**
 * One after another: two calls never walk the same step, and no list of tags changes while a file is merged. What is
 * left to do of an edited list comes first.
 */
function inTurn<Result>(project: Project, work: () => Result | Promise<Result>): Promise<Result> {
  const before = turns.get(project) ?? Promise.resolve()
  const worked = before.then(() => finishFollowing(project)).then(work)
  // The caller of the failed one gets the error; the next call runs in any case.
  turns.set(
    project,
    worked.catch(() => undefined),
  )
  return worked
}

const walk = (project: Project, direction: 'undo' | 'redo'): Promise<AnnotationChanged> =>
  inTurn(project, () => walkSteps(project, readReviewer(project), direction, new Date()))
