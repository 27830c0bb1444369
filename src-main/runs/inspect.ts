import { resolve } from 'node:path'
import { modelChoice, type StartRun } from '@shared/api'
import type { InspectedModel } from '../compute/api'
import type { ComputeSource } from './compute-source'
import { chosenFiles } from './plan'

/** The model of a request, with the files that the request names in place of those beside it. */
export function inspectFor(compute: ComputeSource, request: StartRun): Promise<InspectedModel> {
  const files = chosenFiles(request)
  return compute.acquire().inspect(resolve(request.modelPath), { ...modelChoice(request), files })
}
