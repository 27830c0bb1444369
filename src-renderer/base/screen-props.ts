import type { RunInfo } from '@shared/api'

/** What a screen of a run gets. */
export interface RunScreenProps {
  run: RunInfo
  /** Named parts of the path, as `id` of '/samples/:id'. */
  params: Record<string, string | undefined>
}
