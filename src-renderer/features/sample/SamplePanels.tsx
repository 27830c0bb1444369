import { Button } from '@mantine/core'
import type { RunInfo, TargetPolicy } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { memo } from 'react'
import { useSampleDetail } from '../../api/sample-queries'
import { usePageTitle } from '../../base/page-title'
import { WithoutHeads } from '../../shared/evaluations/WithoutHeads'
import { Panel } from '../../ui/Panel'
import { HeadWeights } from './HeadWeights'
import { Predictions } from './Predictions'
import { SampleControls } from './SampleControls'
import { SampleFacts } from './SampleFacts'
import classes from './SampleScreen.module.css'
import type { HeadId } from '../../shared/heads/head-id'
import { useShownExplanation } from './shown-explanation'

interface SamplePanelsProps {
  run: RunInfo
  id: number
  /** Null for the run's own target. */
  target: TargetPolicy | null
  extra: MethodId | null
  head: HeadId | null
  /** The method whose stored map is shown; null where another map or none is. */
  method: MethodId | null
  onTarget: (target: TargetPolicy | null) => void
  onHead: (head: HeadId | null) => void
  /** Opens the question why this sample is like another one. */
  onLikeness: () => void
}

/** What is known about a sample beside its picture: predictions, the weights of its heads, where it comes from. */
export const SamplePanels = memo(function SamplePanels(props: SamplePanelsProps) {
  const { run, id, target, extra, head, method, onTarget, onHead, onLikeness } = props
  const detail = useSampleDetail(run.id, id).data
  const explanation = useShownExplanation(run, id, detail, target, extra)
  usePageTitle(detail?.row.path ?? `Sample ${id}`, run.name)
  return (
    <div className={classes.panels}>
      <Predictions run={run} detail={detail} explanation={explanation} target={target} onTarget={onTarget} />
      <HeadWeights
        run={run}
        scores={explanation.shown}
        pending={!detail || explanation.computing}
        chosen={head}
        onChoose={onHead}
      />
      {/* Not before what stands above it, which would push an open list out of sight. */}
      {detail && (
        <Panel title="Heads switched off">
          <WithoutHeads key={id} run={run} images={{ id }} />
        </Panel>
      )}
      {method !== null && <SampleControls run={run} id={id} method={method} />}
      <Panel title="Likeness">
        <Button size="xs" onClick={onLikeness}>
          Why is it like another picture?
        </Button>
      </Panel>
      <SampleFacts run={run} method={method} detail={detail} />
    </div>
  )
})
