import { hasHeadMaps } from '@headlight/explain/report'
import { Skeleton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { useMemo, useState } from 'react'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { Panel } from '../../ui/Panel'
import { Segments } from '../../ui/Segments'
import { formatValue } from '../../ui/format'
import classes from './Predictions.module.css'
import type { HeadId } from '../../shared/heads/head-id'
import { equalWeight, headWeights } from '../../shared/heads/head-weights'

interface HeadWeightsProps {
  run: RunInfo
  /** Scores before normalisation; undefined while they are computed. */
  scores: { headL1: Float32Array | null; headL2: Float32Array | null } | undefined
  pending: boolean
  chosen: HeadId | null
  /** Choosing the chosen head again deselects it. */
  onChoose: (head: HeadId | null) => void
}

/** The weight of every head for this sample; a head can be chosen to see what it attends to. */
export function HeadWeights({ run, scores: known, pending, chosen, onChoose }: HeadWeightsProps) {
  const [norm, setNorm] = useState<'l1' | 'l2'>('l1')
  const { model } = run
  const scores = norm === 'l1' ? known?.headL1 : known?.headL2
  const weights = useMemo(() => scores && headWeights(scores, model), [scores, model])
  return (
    <Panel
      title="Head weights"
      aside={
        <Segments label="Norm of the gradient" quiet value={norm} options={{ l1: 'L1', l2: 'L2' }} onChange={setNorm} />
      }
    >
      {pending && !weights && <Skeleton height={model.layers * 26} />}
      {!pending && !weights && (
        <p className={classes.none}>
          No head scores for this target: there are none yet, or no method of the run needs the gradient.
        </p>
      )}
      {weights && scores && (
        <HeadMatrix
          label="Head weights"
          model={model}
          values={weights}
          range={{ low: 0, high: Math.max(...weights) }}
          colormap={COLORMAPS.viridis}
          describe={(weight, index) => `weight ${weight.toFixed(3)}, score ${formatValue(scores[index]!)}`}
          chosen={chosen}
          onChoose={(layer, head) => onChoose(chosen?.layer === layer && chosen.head === head ? null : { layer, head })}
          hint={`Weights of a layer sum to 1${equalWeight(model)}.${hasHeadMaps(model) ? ' Choose a head to see its attention.' : ' Choose a head to see it over the whole run.'}`}
        />
      )}
    </Panel>
  )
}
