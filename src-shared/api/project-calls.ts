/** The project part of the contract: opening, checking, and finding again what moved. */
import { z } from 'zod'
import { of } from './call'
import { idSchema, pathSchema } from './limits'
import type { ProjectInfo } from './project'
import type { ProjectCheck, ProjectPlaces, RelinkPreview } from './upkeep'

export const projectCalls = {
  'project.open': of<ProjectInfo>().with(z.object({ path: pathSchema })),
  'project.create': of<ProjectInfo>().with(z.object({ path: pathSchema })),
  'project.openDemo': of<ProjectInfo>().with(z.object({})),
  'project.current': of<ProjectInfo | null>().with(z.object({})),
  'project.close': of<null>().with(z.object({})),
  /** Whether datasets and models are where the project knows them. */
  'project.places': of<ProjectPlaces>().with(z.object({})),
  /** Looks at every file of the project; reports `task.progress`. Cancel it with the call's signal. */
  'project.check': of<ProjectCheck>().with(z.object({ deep: z.boolean() })),
  /** How a dataset would be found elsewhere; changes nothing. Reports `task.progress`. */
  'project.previewRelink': of<RelinkPreview>().with(z.object({ datasetId: idSchema, path: pathSchema })),
  'project.relink': of<ProjectInfo>().with(z.object({ plan: idSchema })),
  /** Sets the file of every run of this model. Throws 'model-changed' for another model. */
  'project.relinkModel': of<ProjectInfo>().with(z.object({ path: pathSchema })),
  /** Gives results back whose run the project does not know: `ProjectInfo.unclaimed`. 'usage' where they do not fit. */
  'project.restoreRun': of<ProjectInfo>().with(z.object({ runId: idSchema })),
  /** Removes such results. */
  'project.removeUnclaimed': of<ProjectInfo>().with(z.object({ runId: idSchema })),
} as const
