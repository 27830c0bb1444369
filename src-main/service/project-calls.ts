import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { ProjectInfo, TaskProgress } from '@shared/api'
import { withProgress } from '../runs/with-progress'
import { isSameFile } from '../datasets/same-file'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that open and close projects. One project is open at a time, shared by all windows. */
export function projectCalls(context: ServiceContext): HandlersOf<'project'> {
  const { library, emit } = context
  const told = (progress: TaskProgress) => emit('task.progress', progress)
  return {
    'project.open': ({ path }) => openProject(context, path),
    'project.create': ({ path }) => createProject(context, path),
    'project.openDemo': () => openDemo(context),
    'project.current': () => library.project.current(),
    async 'project.close'() {
      await settle(context)
      await library.project.close()
      return null
    },
    'project.places': () => library.upkeep.places(),
    'project.check': (input, signal) => withProgress(library, library.upkeep.check(input, { signal }), told),
    'project.previewRelink': (input, signal) =>
      withProgress(library, library.upkeep.previewRelink(input, { signal }), told),
    async 'project.relink'(input) {
      await context.queue.settle()
      return changed(context, await library.upkeep.relink(input))
    },
    async 'project.restoreRun'(input) {
      return changed(context, await library.runs.restore(input))
    },
    async 'project.removeUnclaimed'(input) {
      return changed(context, await library.runs.removeUnclaimed(input))
    },
    async 'project.relinkModel'({ path }) {
      await context.queue.settle()
      return changed(context, await library.upkeep.relinkModel({ path: resolve(path) }))
    },
  }
}

function changed({ emit }: ServiceContext, project: ProjectInfo): ProjectInfo {
  emit('project.changed', { path: project.path, runId: null })
  return project
}

/** Opens a project in place of the open one. Opening the open one again changes nothing, however its path is spelled. */
export async function openProject(context: ServiceContext, path: string): Promise<ProjectInfo> {
  const { library } = context
  const current = await library.project.current()
  if (current && isSameFile(current.path, resolve(path))) return current
  await settle(context)
  const project = await library.project.open({ path: resolve(path) })
  return entered(context, project)
}

async function createProject(context: ServiceContext, path: string): Promise<ProjectInfo> {
  await settle(context)
  return entered(context, await context.library.project.create({ path: resolve(path) }))
}

/** Ends what works on the open project. */
async function settle({ exports, evaluations, byHand, queue }: ServiceContext): Promise<void> {
  await exports.settle()
  await evaluations.settle()
  await byHand.close()
  await queue.settle()
}

async function entered({ recent, emit }: ServiceContext, project: ProjectInfo): Promise<ProjectInfo> {
  await recent.add(project.path)
  emit('project.changed', { path: project.path, runId: null })
  return project
}

/** The demo project in the user's data folder: made the first time, its run started or gone on with. */
async function openDemo(context: ServiceContext): Promise<ProjectInfo> {
  const { demo, demoProject, library, queue } = context
  if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
  await mkdir(dirname(demoProject), { recursive: true })
  const project = existsSync(demoProject)
    ? await openProject(context, demoProject)
    : await createProject(context, demoProject)
  const known = project.runs.find(({ definition }) => definition.modelPath === demo.modelPath)
  if (known?.state === 'finished' || known?.state === 'running') return project
  await queue.start({ ...demo, name: 'Demo' })
  return (await library.project.current()) ?? project
}
