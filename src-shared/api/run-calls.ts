/** The part of the contract that starts and steers runs. */
import { z } from 'zod'
import type { UnmeasuredGroup } from '../masks'
import { of } from './call'
import type { ClassMatch } from './dataset'
import { idSchema, LIMITS } from './limits'
import type { ProjectInfo } from './project'
import type { ErrorGroup, RunInfo } from './run'
import { estimateRunSchema, labelMappingSchema, startRunSchema } from './run-request'
import type { RunEstimate } from './upkeep'

export const runCalls = {
  /** Time and disk that a run will take; starts nothing. */
  'run.estimate': of<RunEstimate>().with(estimateRunSchema),
  /** Computes at once, or waits in the queue while another run computes; the state says which. */
  'run.start': of<RunInfo>().with(startRunSchema),
  'run.resume': of<RunInfo>().with(z.object({ runId: idSchema })),
  /** Saves the batches in progress first; `now` drops them. A queued run leaves the queue. */
  'run.pause': of<null>().with(z.object({ runId: idSchema, now: z.boolean().optional() })),
  'run.cancel': of<null>().with(z.object({ runId: idSchema })),
  /** A name of the user's choice; blanks around it are left out. */
  'run.rename': of<RunInfo>().with(z.object({ runId: idSchema, name: z.string().trim().min(1).max(200) })),
  /** Cancels the run if it computes or waits, and hides it; it is removed for good when the project closes. */
  'run.delete': of<ProjectInfo>().with(z.object({ runId: idSchema })),
  /** Brings a deleted run back, as long as the project stays open. */
  'run.undelete': of<ProjectInfo>().with(z.object({ runId: idSchema })),
  'run.get': of<RunInfo>().with(z.object({ runId: idSchema })),
  /** Images without a result, by the kind of their error, the largest group first. */
  'run.errors': of<ErrorGroup[]>().with(z.object({ runId: idSchema })),
  /** Images with a mask and no localisation, by reason, the largest group first. */
  'run.unmeasured': of<UnmeasuredGroup[]>().with(z.object({ runId: idSchema })),
  /** Labels of the dataset, and the classes that they mean in this run. */
  'run.labels': of<ClassMatch[]>().with(z.object({ runId: idSchema })),
  /** Matches labels of a run again, and updates everything that depends on them. 'usage' for a run that explains the label. */
  'run.matchLabels': of<RunInfo>().with(z.object({ runId: idSchema, labelMapping: labelMappingSchema })),
  /** The waiting runs in a new order. Runs that no longer wait are ignored. */
  'queue.order': of<null>().with(z.object({ runIds: z.array(idSchema).max(LIMITS.runs) })),
  /** Computes the first waiting run, and the others after it: after a restart, or after a pause. */
  'queue.goOn': of<null>().with(z.object({})),
} as const
