import { Button, Modal } from '@mantine/core'
import type { LabelMapping, RunInfo } from '@shared/api'
import { needsLabel } from '@shared/targets'
import { useState } from 'react'
import { Link } from 'wouter'
import { useMatchLabels, useRunLabels } from '../../api/queries'
import { links } from '../../base/links'
import { InlineError } from '../../ui/Messages'
import { LabelMatching } from '../../shared/labels/LabelMatching'
import classes from './RunsScreen.module.css'

/** Which class each label of the images means in a run, to be mended after the fact. */
export function RunLabels({ run }: { run: RunInfo }) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button size="xs" onClick={() => setOpened(true)}>
        Labels
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={`Labels of ${run.name}`} size="xl">
        {needsLabel(run.definition.target) ? (
          <p>
            This run explains the label: its scores and maps belong to the labels that it was computed with. To match
            labels otherwise, start a <Link href={links.runLike(run)}>new run like this</Link>.
          </p>
        ) : (
          <Matching run={run} onDone={() => setOpened(false)} />
        )}
      </Modal>
    </>
  )
}

function Matching({ run, onDone }: { run: RunInfo; onDone: () => void }) {
  const [corrections, setCorrections] = useState<LabelMapping>([])
  const found = useRunLabels(run.id)
  const match = useMatchLabels(run.id)
  if (found.isError) return <InlineError error={found.error} retry={found.refetch} />
  if (found.isPending) return <p role="status">Counting the labels…</p>
  return (
    <>
      <LabelMatching
        found={found.data}
        labels={run.definition.labels}
        corrections={corrections}
        onCorrect={setCorrections}
      />
      <p className={classes.methods}>
        What is right and wrong, accuracy, the confusion matrix and all statistics by class follow at once; predictions,
        scores and maps stay. Mean attention by label cannot follow: a new run has it.
      </p>
      {match.isError && <InlineError error={match.error} />}
      <footer className={classes.dialogFooter}>
        <Button onClick={onDone}>Cancel</Button>
        <Button
          variant="filled"
          disabled={corrections.length === 0}
          loading={match.isPending}
          onClick={() => match.mutate(corrections, { onSuccess: onDone })}
        >
          Match the labels so
        </Button>
      </footer>
    </>
  )
}
