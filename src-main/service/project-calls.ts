import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { ProjectInfo } from '@shared/api'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that open and close projects. One project is open at a time, shared by all windows. */
export function projectCalls(context: ServiceContext): HandlersOf<'project'> {
  const { library } = context
  return {
    'project.open': ({ path }) => openProject(context, path),
    'project.create': ({ path }) => createProject(context, path),
    'project.openDemo': () => openDemo(context),
    'project.current': () => library.project(),
    async 'project.close'() {
      await settle(context)
      await library.close()
      return null
    },
    'project.places': () => library.places(),
    'project.check': ({ deep }, signal) => followed(context, library.check({ deep, signal })),
    'project.previewRelink': (input, signal) => followed(context, library.previewRelink({ ...input, signal })),
    async 'project.relink'({ plan }) {
      await context.queue.settle()
      return changed(context, await library.relink(plan))
    },
    async 'project.relinkModel'({ path }) {
      await context.queue.settle()
      return changed(context, await library.relinkModel(resolve(path)))
    },
  }
}

const PROGRESS_MS = 250

/** Tells windows how far a long task is, until it ends. */
async function followed<Result>({ library, emit }: ServiceContext, work: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {
    // The end of the task tells of a library that died.
    library.upkeepProgress().then(
      (progress) => progress && emit('project.upkeep', progress),
      () => undefined,
    )
  }, PROGRESS_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

function changed({ emit }: ServiceContext, project: ProjectInfo): ProjectInfo {
  emit('project.changed', { path: project.path, runId: null })
  return project
}

/** Opens a project in place of the open one. Opening the open one again changes nothing. */
export async function openProject(context: ServiceContext, path: string): Promise<ProjectInfo> {
  const { library } = context
  const current = await library.project()
  if (current && resolve(current.path) === resolve(path)) return current
  await settle(context)
  const project = await library.open(resolve(path))
  return entered(context, project)
}

async function createProject(context: ServiceContext, path: string): Promise<ProjectInfo> {
  await settle(context)
  return entered(context, await context.library.create(resolve(path)))
}

/** Ends what works on the open project. */
async function settle({ exports, queue }: ServiceContext): Promise<void> {
  await exports.settle()
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
  return (await library.project()) ?? project
}
