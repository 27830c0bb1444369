import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconDownload } from '@tabler/icons-react'
import { openExports } from './open-exports'

interface ExportButtonProps {
  run: RunInfo
  filter: string
  /** Classes of the button and of its word, for bars that leave the word away where they are narrow. */
  className?: string
  wordClass?: string
}

/** Opens the export dialog for a run, or for the samples of it that are shown. */
export function ExportButton({ run, filter, className, wordClass }: ExportButtonProps) {
  return (
    <Button
      size="xs"
      aria-label="Export"
      className={className}
      leftSection={<IconDownload size={14} aria-hidden />}
      onClick={() => openExports({ runId: run.id, filter })}
    >
      <span className={wordClass}>Export</span>
    </Button>
  )
}
