import { Button, FileButton, List, Menu, Modal } from '@mantine/core'
import type { AnnotationImport, RunInfo } from '@shared/api'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { useExportAnnotations, useImportAnnotations } from '../../api/annotation-files'
import { formatCount } from '../../ui/format'
import { openExports } from '../../shared/exports/open-exports'
import { annotatedFilter } from './annotations-view'

/** Annotations as a file, and a file of another reviewer merged in. */
export function FileMenu({ run, filter }: { run: RunInfo; filter: string }) {
  const [report, setReport] = useState<{ name: string; result: AnnotationImport } | null>(null)
  const part = filter === '' ? {} : { runId: run.id, filter: annotatedFilter(filter) }
  const exportFile = useExportAnnotations()
  const importFile = useImportAnnotations()
  return (
    <>
      <FileButton
        accept=".json,.csv,application/json,text/csv"
        onChange={(file) => file && importFile.mutate(file, { onSuccess: setReport })}
      >
        {(props) => (
          <Button
            {...props}
            size="xs"
            loading={importFile.isPending}
            leftSection={<IconUpload size={14} aria-hidden />}
          >
            Import
          </Button>
        )}
      </FileButton>
      <Menu position="bottom-end" shadow="md" width={260}>
        <Menu.Target>
          <Button size="xs" loading={exportFile.isPending} leftSection={<IconDownload size={14} aria-hidden />}>
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{filter === '' ? 'All annotations' : 'Annotations of the samples shown'}</Menu.Label>
          <Menu.Item onClick={() => exportFile.mutate({ format: 'json', part })}>
            JSON, for Headlight and scripts
          </Menu.Item>
          <Menu.Item onClick={() => exportFile.mutate({ format: 'csv', part })}>
            CSV, for pandas and spreadsheets
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{filter === '' ? 'The whole review' : 'The review of the samples shown'}</Menu.Label>
          <Menu.Item onClick={() => openExports({ runId: run.id, filter, what: 'report' })}>
            Report: one HTML page…
          </Menu.Item>
          <Menu.Item onClick={() => openExports({ runId: run.id, filter: annotatedFilter(filter) })}>
            Tables and overlays…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={report !== null} onClose={() => setReport(null)} title={`Imported ${report?.name ?? ''}`}>
        {report && <ImportReport result={report.result} />}
      </Modal>
    </>
  )
}

function ImportReport({ result }: { result: AnnotationImport }) {
  const { read, added, updated, deleted, same, kept, unknown, mismatched, conflicts } = result
  const paths = (list: string[]) => `${list.slice(0, 3).join(', ')}${list.length > 3 ? ', …' : ''}`
  const lines: [number, string][] = [
    [added, 'added'],
    [updated, 'replaced by a later version of the same reviewer'],
    [deleted, 'deleted, as their reviewer did'],
    [same, 'here already'],
    [kept, 'older than ours and left alone'],
    [unknown.count, `of samples that this project does not have: ${paths(unknown.paths)}`],
    [mismatched.count, `of images whose content differs here: ${paths(mismatched.paths)}`],
    [conflicts, 'samples are now judged differently; see Conflicts'],
  ]
  return (
    <>
      <p>{formatCount(read)} annotations read. Undo takes the import back.</p>
      <List size="sm">
        {lines.map(([count, what]) => count > 0 && <List.Item key={what}>{`${formatCount(count)} ${what}`}</List.Item>)}
      </List>
    </>
  )
}
