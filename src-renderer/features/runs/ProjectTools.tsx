import { Button, Modal, Progress } from '@mantine/core'
import { useState } from 'react'
import { download } from '../../api/download'
import { useProjectCheck, useReport, useTaskProgress } from '../../api/upkeep-queries'
import { InlineError } from '../../ui/Messages'
import { formatBytes, formatCount } from '../../ui/format'
import classes from './ProjectTools.module.css'

/** Checks the open project, and packs a report for whoever helps with a problem. */
export function ProjectTools() {
  const [shown, setShown] = useState<'check' | 'report' | null>(null)
  const close = () => setShown(null)
  return (
    <>
      <Button variant="default" onClick={() => setShown('check')}>
        Check project
      </Button>
      <Button variant="default" onClick={() => setShown('report')}>
        Bug report
      </Button>
      <Modal opened={shown === 'check'} onClose={close} title="Check project" size="lg">
        <ProjectCheck />
      </Modal>
      <Modal opened={shown === 'report'} onClose={close} title="Bug report" size="lg">
        <Report />
      </Modal>
    </>
  )
}

/** Closing the dialog cancels the check. */
function ProjectCheck() {
  const [deep, setDeep] = useState(false)
  const check = useProjectCheck(true, deep)
  const progress = useTaskProgress('check')
  if (check.isError) return <InlineError error={check.error} retry={check.refetch} />
  if (!check.data) {
    const share = progress && progress.total > 0 ? (progress.done / progress.total) * 100 : 0
    return (
      <div role="status">
        {progress?.phase ?? 'Checking'}…
        <Progress value={share} size={5} mt={8} aria-label="Progress of the check" />
      </div>
    )
  }
  const { ok, problems, checked, files } = check.data
  return (
    <>
      <p role="status">
        {ok ? 'No problem found' : `${problems.length} found`}: {formatCount(checked)} images,{' '}
        {files.map(({ file, bytes }) => `${file} (${formatBytes(bytes)})`).join(', ')}.
      </p>
      <ul className={classes.problems}>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      <footer className={classes.footer}>
        {!deep && <Button onClick={() => setDeep(true)}>Read and compare every image</Button>}
      </footer>
    </>
  )
}

/** Everything that is in the report can be read before it is saved; nothing is sent. */
function Report() {
  const report = useReport(true)
  if (report.isError) return <InlineError error={report.error} retry={report.refetch} />
  if (!report.data) return <p role="status">Collecting…</p>
  const { files, zip, fileName } = report.data
  return (
    <>
      <p>No images, no names of images, no class names, no tags and no notes. Nothing is sent: you save a file.</p>
      {files.map(({ name, about, text }) => (
        <details key={name}>
          <summary>
            <code>{name}</code> {about}
          </summary>
          <pre className={classes.text}>{text}</pre>
        </details>
      ))}
      <footer className={classes.footer}>
        <Button variant="filled" onClick={() => download(fileName, zip, 'application/zip')}>
          Save {fileName}
        </Button>
      </footer>
    </>
  )
}
