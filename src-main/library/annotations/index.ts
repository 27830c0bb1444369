/** The annotation calls of the contract over an open project. */
import {
  type AnnotationCallName,
  type AnnotationCalls,
  type AnnotationChanged,
  type AnnotationState,
  type RunInfo,
} from '@shared/api'
import type { z } from 'zod'
import type { Project } from '../project/project'
import type { QueryLane } from '../queries/query-lane'
import { listRuns, readRun } from '../run/run-records'
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

export type AnnotationInput<Name extends AnnotationCallName> = z.output<AnnotationCalls[Name]['input']>
export type AnnotationOutput<Name extends AnnotationCallName> = AnnotationCalls[Name]['output']

/** Threads that read: what stands in a page of rows, in a list, and in all of a project. */
export type AnnotationLanes = Record<'rows' | 'lists' | 'statistics', QueryLane>

type Handlers = {
  [Name in AnnotationCallName]: (
    project: Project,
    input: AnnotationInput<Name>,
    lanes: AnnotationLanes,
  ) => AnnotationOutput<Name> | Promise<AnnotationOutput<Name>>
}

const handlers: Handlers = {
  'annotations.state': (project) => readState(project),
  'annotations.ofSamples': (_project, { ids }, { rows }) => rows.ask('annotationsOf', [ids]),
  'annotations.marks': (_project, { ids }, { rows }) => rows.ask('marks', [ids]),
  'annotations.facets': (project, { runId, filter }, { lists }) =>
    lists.ask('annotationFacets', [readRun(project, runId), filter]),
  'annotations.change': (project, { changes, reviewer, runId, step }) =>
    changeAnnotations(
      project,
      changes,
      {
        reviewer: reviewer ?? readReviewer(project),
        run: runId == null ? null : readRun(project, runId).name,
      },
      step,
    ),
  'annotations.undo': (project) => walk(project, 'undo'),
  'annotations.redo': (project) => walk(project, 'redo'),
  'annotations.setTags': (project, { tags }, lanes) => setTerms(project, 'tag', tags, lanes),
  'annotations.setVerdicts': (project, { verdicts }, lanes) => setTerms(project, 'verdict', verdicts, lanes),
  'annotations.setReviewer': (project, { name }) => {
    writeReviewer(project, name)
    return readState(project)
  },
  'annotations.agreement': (_project, _input, { lists }) => lists.ask('agreement', []),
  'annotations.export': (project, { format, runId, filter, after = null }, { statistics }) => {
    const run: RunInfo | null = runId == null ? null : readRun(project, runId)
    const runs = (run ? [run] : listRuns(project)).map(({ id, name, definition: { labels } }) => ({ id, name, labels }))
    const part = run && { run, filter: filter ?? '' }
    return statistics.ask('exportAnnotations', [{ format, part, after, name: project.name, runs }])
  },
  'annotations.import': (project, { name, content }, { lists }) =>
    inTurn(project, () => importAnnotations(project, name, content, lists)),
  'annotations.place': (project, { view }) => readPlace(project, view),
  'annotations.keepPlace': (project, { view, id }) => {
    writePlace(project, view, id)
    return null
  },
}

/** Answers one annotation call. The input was checked against the contract; the lanes answer what only reads. */
export async function answerAnnotationCall<Name extends AnnotationCallName>(
  project: Project,
  lanes: AnnotationLanes,
  name: Name,
  input: AnnotationInput<Name>,
): Promise<AnnotationOutput<Name>> {
  const answer = await handlers[name](project, input, lanes)
  sweepDropped(project)
  return answer
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

const setTerms = (project: Project, kind: TermKind, entries: readonly TermEntry[], { lists }: AnnotationLanes) =>
  inTurn(project, () =>
    changeTerms(project, kind, entries, author(project), (...asked) => lists.ask('samplesNaming', asked)),
  )

/** Work that goes in parts, or must not come between them. */
const turns = new WeakMap<Project, Promise<unknown>>()

/**
 * One after another: two calls never walk the same step, and no list of tags changes while a file is merged. What an edited
 * list left undone comes first.
 */
function inTurn<Result>(project: Project, work: () => Result | Promise<Result>): Promise<Result> {
  const before = turns.get(project) ?? Promise.resolve()
  const worked = before.then(() => finishFollowing(project)).then(work)
  // Who asked for it is told of a failure; the next call comes all the same.
  turns.set(
    project,
    worked.catch(() => undefined),
  )
  return worked
}

const walk = (project: Project, direction: 'undo' | 'redo'): Promise<AnnotationChanged> =>
  inTurn(project, () => walkSteps(project, readReviewer(project), direction, new Date()))
