import type { ProjectInfo, RunInfo } from '@shared/api'
import { useSearch } from 'wouter'
import { useCommands } from '../../base/commands'
import { exportCommands } from './commands'
import { ExportDialog } from './ExportDialog'
import { closeExports, openExports, useExportWish } from './open-exports'

/** The export dialog where it was asked for, and the commands that open it for what is in view. Shown once, by the frame. */
export function Exports({ project, run }: { project: ProjectInfo; run: RunInfo | undefined }) {
  const wish = useExportWish(({ wish }) => wish)
  const filter = new URLSearchParams(useSearch()).get('filter') ?? ''
  useCommands(exportCommands, {
    samples: run ? () => openExports({ runId: run.id, filter }) : null,
    overlays: run ? () => openExports({ runId: run.id, filter, what: 'overlays' }) : null,
    report: run ? () => openExports({ runId: run.id, filter, what: 'report' }) : null,
  })
  const wanted = wish && project.runs.find(({ id }) => id === wish.runId)
  if (!wish || !wanted) return null
  return (
    <ExportDialog
      run={wanted}
      filter={wish.filter}
      what={wish.what ?? 'predictions'}
      folder={folderOf(project.path)}
      onClose={closeExports}
    />
  )
}

/** Files go beside the project unless chosen otherwise. */
function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*[/\\]?$/, '') || '/'
}
