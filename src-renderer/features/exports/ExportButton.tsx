import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useProject } from '../../api/queries'
import { ExportDialog } from './ExportDialog'

interface ExportButtonProps {
  run: RunInfo
  filter: string
  shown: number | null
  /** Classes of the button and of its word, for bars that leave the word away where they are narrow. */
  className?: string
  wordClass?: string
}

/** Opens the export dialog for a run, or for the samples of it that are shown. */
export function ExportButton({ run, filter, shown, className, wordClass }: ExportButtonProps) {
  const [opened, setOpened] = useState(false)
  const project = useProject()
  return (
    <>
      <Button
        size="xs"
        aria-label="Export"
        className={className}
        leftSection={<IconDownload size={14} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        <span className={wordClass}>Export</span>
      </Button>
      {opened && (
        <ExportDialog
          run={run}
          filter={filter}
          shown={shown}
          folder={folderOf(project.data?.path ?? '')}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  )
}

/** Files go beside the project unless chosen otherwise. */
function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*[/\\]?$/, '') || '/'
}
