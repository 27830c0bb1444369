import type { Detection, RunInfo } from '@shared/api'
import { className } from '../base/class-name'

/** What stands at a box: the class that is explained, where it is known, and its query. */
export function boxLabel(run: RunInfo, { query }: Detection, explained: number | undefined): string {
  const named = explained === undefined || explained < 0 ? '' : `${className(run, explained)}, `
  return `${named}query ${query}`
}
