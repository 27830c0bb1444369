import { ActionIcon, Tooltip } from '@mantine/core'
import type { RunInfo, SampleRow } from '@shared/api'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { memo } from 'react'
import { labelText } from '../../base/label-text'
import { confidenceText, isNumber } from '../../ui/confidence-text'
import { className } from '../../base/class-name'
import { BackButton } from '../../ui/BackButton'
import { OutcomeMark } from '../../ui/Outcome'
import { PathName } from '../../ui/PathName'
import { formatCount } from '../../ui/format'
import classes from './SampleHeader.module.css'

interface SampleHeaderProps {
  run: RunInfo
  row: SampleRow | undefined
  /** Place in the result; null when the sample is not in it. */
  position: { index: number; count: number } | null
  filter: string
  onBack: () => void
  onPrevious: (() => void) | null
  onNext: (() => void) | null
}

/** Which sample this is, what the model made of it, and the way through the result. */
export function SampleHeader({ run, row, position, filter, onBack, onPrevious, onNext }: SampleHeaderProps) {
  return (
    <header className={classes.header}>
      <BackButton onClick={onBack} />
      <h1 className={classes.path}>{row ? <PathName name={row.path} /> : ' '}</h1>
      {row && row.prediction !== null && (
        <span className={classes.outcome}>
          <OutcomeMark correct={row.correct} />
          <span title={outcome(run, row)}>{outcome(run, row)}</span>
        </span>
      )}
      <div className={classes.walk}>
        {filter !== '' && <code className={classes.filter}>{filter}</code>}
        <span className={classes.position}>
          {position
            ? `${formatCount(position.index + 1)} of ${formatCount(position.count)}`
            : 'not in the current result'}
        </span>
        <Steps onPrevious={onPrevious} onNext={onNext} />
      </div>
    </header>
  )
}

/** The same for every sample, so it is not rendered again from one to the next. */
const Steps = memo(function Steps({ onPrevious, onNext }: Pick<SampleHeaderProps, 'onPrevious' | 'onNext'>) {
  return (
    <>
      <Tooltip label="Previous (←)">
        <ActionIcon aria-label="Previous sample" disabled={!onPrevious} onClick={() => onPrevious?.()}>
          <IconChevronLeft size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next (→)">
        <ActionIcon aria-label="Next sample" disabled={!onNext} onClick={() => onNext?.()}>
          <IconChevronRight size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  )
})

function outcome(run: RunInfo, row: SampleRow): string {
  const predicted = row.prediction === null ? '' : className(run, row.prediction)
  if (isNumber(run)) return `${predicted} ${confidenceText(run, row.confidence)}`
  if (row.correct === null) return `Predicted ${predicted}, no label`
  return row.correct ? `${predicted}, correct` : `${predicted}, labelled ${labelText(row)}`
}
