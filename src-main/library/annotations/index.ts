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
import { readRun } from '../run/run-records'
import { readAgreement } from './agreement'
import { changeAnnotations, changeTerms } from './change'
import { exportAnnotations } from './export-annotations'
import { importAnnotations } from './import-annotations'
import { readMarks } from './marks'
import { readPlace, writePlace } from './places'
import { readReviewer, writeReviewer } from './reviewer'
import { nextStep, walkSteps } from './steps'
import { readReviewers, readSamples } from './stored-annotation'
import { readTerms } from './terms'

export type AnnotationInput<Name extends AnnotationCallName> = z.output<AnnotationCalls[Name]['input']>
export type AnnotationOutput<Name extends AnnotationCallName> = AnnotationCalls[Name]['output']

type Handlers = {
  [Name in AnnotationCallName]: (
    project: Project,
    input: AnnotationInput<Name>,
    lists: QueryLane,
  ) => AnnotationOutput<Name> | Promise<AnnotationOutput<Name>>
}

const handlers: Handlers = {
  'annotations.state': (project) => readState(project),
  'annotations.ofSamples': (project, { ids }) => readSamples(project, ids),
  'annotations.marks': (project, { ids }) => readMarks(project, ids),
  'annotations.facets': (project, { runId, filter }, lists) =>
    lists.ask('annotationFacets', [readRun(project, runId), filter]),
  'annotations.change': (project, { changes, reviewer, runId }) =>
    changeAnnotations(project, changes, {
      reviewer: reviewer ?? readReviewer(project),
      run: runId == null ? null : readRun(project, runId).name,
    }),
  'annotations.undo': (project) => walk(project, 'undo'),
  'annotations.redo': (project) => walk(project, 'redo'),
  'annotations.setTags': (project, { tags }) => changeTerms(project, 'tag', tags, author(project)),
  'annotations.setVerdicts': (project, { verdicts }) => changeTerms(project, 'verdict', verdicts, author(project)),
  'annotations.setReviewer': (project, { name }) => {
    writeReviewer(project, name)
    return readState(project)
  },
  'annotations.agreement': (project) => readAgreement(project),
  'annotations.export': (project, { format, runId, filter }) => {
    const run: RunInfo | null = runId == null ? null : readRun(project, runId)
    return exportAnnotations(project, format, run && { run, filter: filter ?? '' })
  },
  'annotations.import': (project, { name, content }) => importAnnotations(project, name, content),
  'annotations.place': (project, { view }) => readPlace(project, view),
  'annotations.keepPlace': (project, { view, id }) => {
    writePlace(project, view, id)
    return null
  },
}

/** Answers one annotation call. The input was checked against the contract; `lists` answers what is about many samples. */
export async function answerAnnotationCall<Name extends AnnotationCallName>(
  project: Project,
  lists: QueryLane,
  name: Name,
  input: AnnotationInput<Name>,
): Promise<AnnotationOutput<Name>> {
  return handlers[name](project, input, lists)
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

function walk(project: Project, direction: 'undo' | 'redo'): AnnotationChanged {
  return project.review.transaction(() => walkSteps(project, readReviewer(project), direction, new Date()))()
}
