import { Button, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { DatasetReport } from '@shared/api'
import { DATASET_FILE_KINDS } from '@shared/dataset-kinds'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { useDatasetPictures } from '../../api/new-project-queries'
import { useTaskProgress } from '../../api/upkeep-queries'
import { Facts } from '../../ui/Facts'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { formatCount } from '../../ui/format'
import { DatasetNotes, splitsText } from './DatasetNotes'
import { EncodedImage } from './EncodedImage'
import classes from './NewProjectScreen.module.css'
import { folderOf } from './model-words'
import { Loading } from '../../ui/Loading'

interface DatasetSectionProps {
  path: string | null
  report: UseQueryResult<DatasetReport>
  onChoose: (path: string) => void
}

/** The images, what they come in, and what looks wrong with them. */
export function DatasetSection({ path, report, onChoose }: DatasetSectionProps) {
  const [picking, picker] = useDisclosure(false)
  return (
    <section className={classes.card} aria-label="Images">
      <header className={classes.cardTitle}>
        <h2>Images</h2>
        <Button variant={path === null ? 'filled' : 'default'} size="xs" onClick={picker.open}>
          {path === null ? 'Choose images' : 'Choose others'}
        </Button>
      </header>
      {path === null ? <Sources /> : <p className={classes.path}>{path}</p>}
      {path !== null && report.isPending && <Listing />}
      {report.isLoadingError && <InlineError error={report.error} retry={report.refetch} />}
      {report.data && <DatasetReportView report={report.data} />}
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="dataset"
        title="Choose images"
        startAt={path && folderOf(path)}
        onPick={onChoose}
      />
    </section>
  )
}

/** Large or distant folders take a while: how many images were found so far. */
function Listing() {
  const found = useTaskProgress('list')?.done ?? 0
  return (
    <>
      <p className={classes.prompt} role="status">
        Listing images{found > 0 && `: ${formatCount(found)} found`}…
      </p>
      <Skeleton height={120} />
    </>
  )
}

/** What can be chosen. */
function Sources() {
  return (
    <>
      <p className={classes.prompt}>
        A folder of images, whose folders are taken as classes, or one of these. All are read where they lie.
      </p>
      <ul className={classes.sources}>
        {DATASET_FILE_KINDS.map(({ name, note }) => (
          <li key={name}>
            <strong>{name}</strong> <span className={classes.muted}>{note}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function DatasetReportView({ report }: { report: DatasetReport }) {
  const { kind, count, classes: labels, masks, metadata, problems } = report
  return (
    <>
      <Facts
        facts={[
          ['Kind', kind],
          ['Images', formatCount(count)],
          ['Labels', labels.length === 0 ? 'none: samples have no labels' : formatCount(labels.length)],
          ['Splits', splitsText(report)],
          ['Masks', masks ? `${formatCount(masks.count)}: ${masks.rule}` : 'none'],
          ['Metadata', metadata.length > 0 ? <MetadataNames names={metadata} /> : null],
        ]}
      />
      <Pictures path={report.path} />
      <DatasetNotes report={report} />
      {problems.map((problem) => (
        <p key={problem} className={classes.verdict} data-good={false}>
          <IconAlertTriangle size={16} aria-hidden /> <span>{problem}</span>
        </p>
      ))}
    </>
  )
}

/** Columns that filters find by `meta.NAME`. */
function MetadataNames({ names }: { names: string[] }) {
  const shown = names.slice(0, 8)
  return (
    <span title="Search them in any filter, as meta.NAME:value or meta.NAME>3">
      {shown.map((name) => `meta.${name}`).join(', ')}
      {names.length > shown.length && ` and ${names.length - shown.length} more`}
    </span>
  )
}

/** A few samples, spread over the dataset. */
function Pictures({ path }: { path: string }) {
  const pictures = useDatasetPictures(path)
  if (pictures.isError) return <InlineError error={pictures.error} retry={pictures.refetch} />
  if (pictures.isPending) return <Loading what="Fetching samples" height={72} />
  return (
    <ul className={classes.pictures} aria-label="Samples of the dataset">
      {pictures.data.map(({ path: name, label, image, error }) => (
        <li key={name} title={error ?? `${name}${label === null ? '' : `, label ${label}`}`}>
          {image ? <EncodedImage bytes={image} alt={name} /> : <span className={classes.unreadable}>{error}</span>}
        </li>
      ))}
    </ul>
  )
}
