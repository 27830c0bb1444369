import { Button, FileButton, TextInput } from '@mantine/core'
import type { ClassMatch, LabelMapping } from '@shared/api'
import { mappingToJson, parseMapping } from '@shared/label-mapping'
import { useMemo, useState } from 'react'
import { download } from '../../api/download'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { Segments } from '../../ui/Segments'
import { LabelList } from './LabelList'
import classes from './LabelMatching.module.css'
import { type LabelFilter, labelRows, matchSummary, shownRows, withMatch } from './label-rows'

interface LabelMatchingProps {
  found: ClassMatch[]
  labels: string[]
  /** What was matched by hand. */
  corrections: LabelMapping
  onCorrect: (mapping: LabelMapping) => void
}

/** Labels of the images and the classes that they mean, to look through and to mend. */
export function LabelMatching({ found, labels, corrections, onCorrect }: LabelMatchingProps) {
  const [filter, setFilter] = useState<LabelFilter>('all')
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<Error | null>(null)
  const rows = useMemo(() => labelRows(found, corrections), [found, corrections])
  const shown = useMemo(() => shownRows(rows, labels, filter, text), [rows, labels, filter, text])
  const toCheck = rows.filter(({ by }) => by === 'order').length
  const unmatched = rows.filter(({ classIndex }) => classIndex === null).length
  if (found.length === 0)
    return <p className={classes.none}>These images have no labels, so there is nothing to match.</p>

  const load = async (file: File | null) => {
    if (!file) return
    try {
      onCorrect(parseMapping(file.name, await file.text(), labels))
      setProblem(null)
    } catch (error) {
      setProblem(error as Error)
    }
  }
  return (
    <>
      <p className={classes.summary} aria-live="polite">
        {formatCount(found.length)} labels: {matchSummary(rows)}
      </p>
      {problem && <InlineError error={problem} />}
      <div className={classes.tools}>
        <TextInput
          size="xs"
          aria-label="Find a label or class"
          placeholder="Find a label or class"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Segments
          label="Labels that are shown"
          quiet
          value={filter}
          options={{
            all: `All ${formatCount(rows.length)}`,
            unmatched: `Unmatched ${formatCount(unmatched)}`,
            check: `To check ${formatCount(toCheck)}`,
          }}
          onChange={setFilter}
        />
      </div>
      <LabelList
        rows={shown}
        labels={labels}
        onMatch={(label, classIndex) => onCorrect(withMatch(found, corrections, label, classIndex))}
      />
      <div className={classes.tools}>
        <Button size="xs" disabled={corrections.length === 0} onClick={() => onCorrect([])}>
          As found
        </Button>
        <Button size="xs" onClick={() => onCorrect(found.map(({ folder }) => [folder, null]))}>
          Clear all
        </Button>
        <Button size="xs" onClick={() => save(rows, labels)}>
          Save as a file
        </Button>
        <FileButton accept=".json,.csv,.tsv" onChange={(file) => void load(file)}>
          {(props) => (
            <Button size="xs" {...props}>
              Load a file
            </Button>
          )}
        </FileButton>
      </div>
    </>
  )
}

/** Hands the matching to the browser as a file that `--labels` takes as well. */
function save(rows: readonly ClassMatch[], labels: readonly string[]): void {
  const mapping: LabelMapping = rows.map(({ folder, classIndex }) => [folder, classIndex])
  download('label-mapping.json', mappingToJson(mapping, labels), 'application/json')
}
