/** Words that options take, for help and completion. Nothing is imported here that a start without a run does not need. */
import { formPrefixes, POLICIES } from '@shared/target-forms'

export const PROVIDERS = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const
export const PRECISIONS = ['fp32', 'tf32', 'fp16'] as const
export const TASKS = ['single-label', 'multi-label', 'binary', 'regression'] as const
export const MATCHES = ['order', 'from-0', 'from-1'] as const
/** What `export` writes, and as what; tests hold them against `cli/exports`. */
export const EXPORTED = [
  'scores',
  'predictions',
  'maps',
  'statistics',
  'annotations',
  'figure',
  'overlays',
  'report',
] as const
export const EXPORT_FORMATS = ['csv', 'json', 'parquet', 'npz', 'svg', 'pdf', 'png', 'tex', 'npy', 'html'] as const
export const SHELLS = ['bash', 'zsh', 'fish'] as const
/** What a target can begin with; names of classes are known only with a model. */
export const TARGET_BEGINNINGS: readonly string[] = [...POLICIES, ...formPrefixes(), 'like:']
