import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { ProjectInfo, RunInfo } from '@shared/api'
import type { Backend } from '../service/backend'
import { chooseRun } from '../service/choose-run'
import type { OptionValues } from './command'
import { required, text } from './options'

/** Opens the project, or creates it where there is none yet. */
export async function openOrCreate({ library }: Backend, path: string): Promise<ProjectInfo> {
  return library.project.open({ path: resolve(path) }).catch((error: unknown) => {
    if (error instanceof HeadlightError && error.code === 'not-found')
      return library.project.create({ path: resolve(path) })
    throw error
  })
}

/** Opens --project and gives the run that --run names; without --run, the only one. */
export async function openRun({ library }: Backend, options: OptionValues): Promise<RunInfo> {
  const path = resolve(required(options, 'project'))
  const open = await library.project.current()
  const { runs } = open?.path === path ? open : await library.project.open({ path })
  return chooseRun(runs, text(options, 'run'))
}
