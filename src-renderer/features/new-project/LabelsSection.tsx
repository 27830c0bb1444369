import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { DatasetReport, LabelMapping, LabelSource, ModelFiles, ModelInfo } from '@shared/api'
import type { UseQueryResult } from '@tanstack/react-query'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { LabelMatching } from '../../shared/labels/LabelMatching'
import { LabelOrigin } from './LabelOrigin'
import classes from './NewProjectScreen.module.css'
import { folderOf } from './model-words'
import { OrderOffer } from './OrderOffer'
import { Loading } from '../../ui/Loading'

interface LabelsSectionProps {
  model: ModelInfo | undefined
  files: UseQueryResult<ModelFiles>
  dataset: UseQueryResult<DatasetReport>
  /** What was matched by hand. */
  corrections: LabelMapping
  onCorrect: (mapping: LabelMapping) => void
  /** Where labels are from; null for as the images lie. */
  source: LabelSource | null
  onChooseSource: (source: LabelSource | null) => void
  onChooseFile: (path: string) => void
  /** A number is explained, which has no classes that a label could mean. */
  ofNumber: boolean
}

const NAMES = { names: /\.(json|txt)$/i, hint: 'Choose a config.json, an id2label JSON or a labels.txt.' }

/** What the model calls its classes, and which of them each label of the dataset means. */
export function LabelsSection(props: LabelsSectionProps) {
  const { model, files, dataset, corrections, onCorrect, source, onChooseSource, onChooseFile, ofNumber } = props
  const [picking, picker] = useDisclosure(false)
  const report = dataset.data
  return (
    <section className={classes.card} aria-label="Labels">
      <header className={classes.cardTitle}>
        <h2>Labels</h2>
        <div className={classes.cardActions}>
          <Button size="xs" disabled={!model} onClick={picker.open}>
            Choose class names
          </Button>
        </div>
      </header>
      {(!model || !report) && !dataset.isFetching && (
        <p className={classes.prompt}>
          Labels of the images are matched with the classes of the model, once both are chosen.
        </p>
      )}
      {dataset.data && <LabelOrigin report={dataset.data} source={source} onChoose={onChooseSource} />}
      {files.isError && <InlineError error={files.error} />}
      {model && dataset.isPending && dataset.isFetching && <Loading what="Matching labels" height={120} />}
      {files.data && !ofNumber && (
        <p className={classes.path}>
          {files.data.labels.length} class names from {files.data.labelsSource}
        </p>
      )}
      {ofNumber && report && (
        <p className={classes.prompt}>
          The run explains a number: labels stay with their images and are compared with nothing.
        </p>
      )}
      {model && files.data && report && !ofNumber && (
        <>
          <OrderOffer offer={report.byOrder} labels={files.data.labels} corrections={corrections} onTake={onCorrect} />
          <LabelMatching
            found={report.classes}
            labels={files.data.labels}
            corrections={corrections}
            onCorrect={onCorrect}
          />
        </>
      )}
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="file"
        accept={NAMES}
        title="Choose class names"
        startAt={model ? folderOf(model.path) : null}
        onPick={onChooseFile}
      />
    </section>
  )
}
