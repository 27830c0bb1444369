import { Button, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { DatasetReport } from '@shared/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { Facts } from '../../ui/Facts'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { formatCount } from '../../ui/format'
import classes from './NewProjectScreen.module.css'

interface DatasetSectionProps {
  path: string | null
  report: UseQueryResult<DatasetReport>
  /** Class folders can only be matched to the classes of a model. */
  modelKnown: boolean
  onChoose: (path: string) => void
}

/** The images, how many of which class, and what looks wrong with them. */
export function DatasetSection({ path, report, modelKnown, onChoose }: DatasetSectionProps) {
  const [picking, picker] = useDisclosure(false)
  return (
    <section className={classes.card} aria-label="Images">
      <header className={classes.cardTitle}>
        <h2>Images</h2>
        <Button variant={path === null ? 'filled' : 'default'} size="xs" onClick={picker.open}>
          {path === null ? 'Choose a folder' : 'Choose another'}
        </Button>
      </header>
      {path === null ? (
        <p className={classes.prompt}>
          A folder of images. Folders inside it are taken as classes and matched to those of the model by name.
        </p>
      ) : (
        <p className={classes.path}>{path}</p>
      )}
      {path !== null && report.isPending && <Skeleton height={120} aria-label="Listing images" />}
      {report.isLoadingError && <InlineError error={report.error} />}
      {report.data && <DatasetReportView report={report.data} modelKnown={modelKnown} />}
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="dataset"
        title="Choose a folder of images"
        startAt={path}
        onPick={onChoose}
      />
    </section>
  )
}

function DatasetReportView({ report, modelKnown }: { report: DatasetReport; modelKnown: boolean }) {
  const unmatched = modelKnown ? report.classes.filter(({ classIndex }) => classIndex === null).length : 0
  return (
    <>
      <Facts
        facts={[
          ['Images', formatCount(report.count)],
          [
            'Class folders',
            report.classes.length === 0 ? 'none: samples have no labels' : formatCount(report.classes.length),
          ],
          ['Masks', report.masks ? formatCount(report.masks.count) : 'none'],
          ['Unmatched folders', unmatched > 0 ? formatCount(unmatched) : null],
        ]}
      />
      {report.classes.length > 0 && (
        <>
          <h3 className={classes.subheading}>Images by class</h3>
          <ul className={classes.classes}>
            {report.classes.map(({ folder, count, classIndex }) => (
              <li key={folder}>
                <span className={classes.className} title={folder}>
                  {folder}
                </span>
                {modelKnown && classIndex === null && <span className={classes.unmatched}>no such class</span>}
                <span className={classes.muted}>{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {report.preview.length > 0 && (
        <>
          <h3 className={classes.subheading}>First files</h3>
          <p className={classes.path}>{report.preview.join(', ')}</p>
        </>
      )}
      {report.problems.map((problem) => (
        <p key={problem} className={classes.verdict} data-good={false}>
          <IconAlertTriangle size={16} aria-hidden /> {problem}
        </p>
      ))}
    </>
  )
}
