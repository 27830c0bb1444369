import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'

/** The run of this name or number; without one, the only run. Throws 'usage' or 'not-found' with the runs there are. */
export function chooseRun(runs: readonly RunInfo[], wanted: string | undefined): RunInfo {
  const found = wanted === undefined ? runs : runs.filter(({ id, name }) => name === wanted || String(id) === wanted)
  const [run, ...others] = found
  if (run && others.length === 0) return run
  if (runs.length === 0) throw new HeadlightError('not-found', 'The project holds no run yet.')
  const names = runs.map(({ id, name }) => `${id} (${name})`).join(', ')
  if (wanted === undefined) throw new HeadlightError('usage', `Choose one of the runs: ${names}.`)
  throw new HeadlightError('usage', `Run "${wanted}" is not one of ${names}${run ? '; use its number' : ''}.`)
}
