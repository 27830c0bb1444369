import { NativeSelect } from '@mantine/core'
import type { DatasetReport, LabelChoice, LabelSource } from '@shared/api'
import { labelsSentence } from '@shared/labels-from'
import { formatCount } from '../../ui/format'
import { CodedText } from '../../ui/CodedText'
import classes from './NewProjectScreen.module.css'

interface LabelOriginProps {
  report: DatasetReport
  /** Null for as the images lie. */
  source: LabelSource | null
  onChoose: (source: LabelSource | null) => void
}

/** Where the labels of the images come from, and where they could come from instead. */
export function LabelOrigin({ report, source, onChoose }: LabelOriginProps) {
  const { labelsFrom, labelChoices, unlabelled } = report
  const sources: (LabelSource | null)[] = [null, ...labelChoices.map((choice) => choice.source), 'none']
  return (
    <>
      <p className={classes.prompt} aria-live="polite">
        <CodedText>{`${labelsSentence(labelsFrom)}.`}</CodedText>
        {unlabelled > 0 && ` ${formatCount(unlabelled)} of ${formatCount(report.count)} images have no label.`}
      </p>
      <NativeSelect
        size="xs"
        mt="xs"
        label="Take labels from"
        value={String(Math.max(0, sources.indexOf(source)))}
        onChange={(event) => onChoose(sources[Number(event.currentTarget.value)] ?? null)}
        data={[
          { value: '0', label: 'As the images lie' },
          ...labelChoices.map((choice, index) => ({ value: String(index + 1), label: choiceText(choice) })),
          { value: String(sources.length - 1), label: 'Nowhere: no labels' },
        ]}
      />
    </>
  )
}

function choiceText({ name, labels, example }: LabelChoice): string {
  const count = labels === null ? '' : `: ${formatCount(labels)} ${labels === 1 ? 'name' : 'names'}`
  return `${name}${count}${example ? `, for example ${example}` : ''}`
}
