import { CRITERION_NAMES } from '@shared/evaluation/criterion-names'
import type { CriterionId } from '@shared/evaluation/head-criteria'
import type { HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { plainNumber } from '@shared/evaluation/words'
import { COLORMAPS, cssColor } from '@shared/heatmap/colormap'
import { minMax } from '@shared/heatmap/scale'
import classes from './EffectOfHeads.module.css'

interface EffectScatterProps {
  evaluation: HeadEvaluation
  criterion: CriterionId
  layers: number
}

const [WIDTH, HEIGHT] = [320, 240]
const EDGE = { left: 40, right: 12, top: 10, bottom: 34 }

/** A point a head: its score to the right, its effect upwards, its layer as a colour. The tables beside it say the same in numbers. */
export function EffectScatter({ evaluation, criterion, layers }: EffectScatterProps) {
  const { heads, criteria, agreement } = evaluation
  const scores = criteria[criterion]
  const { low, high } = minMax(Float32Array.from(scores))
  const highest = Math.max(...heads.map(({ absDeltaLogit }) => absDeltaLogit))
  const x = (score: number) =>
    EDGE.left + (high > low ? (score - low) / (high - low) : 0.5) * (WIDTH - EDGE.left - EDGE.right)
  const y = (effect: number) =>
    HEIGHT - EDGE.bottom - (highest > 0 ? effect / highest : 0) * (HEIGHT - EDGE.top - EDGE.bottom)
  const colour = (layer: number) => cssColor(COLORMAPS.viridis, layers > 1 ? layer / (layers - 1) : 0)
  const bottom = HEIGHT - EDGE.bottom
  const words = `${heads.length} heads, ${CRITERION_NAMES[criterion]} against effect: Spearman ${plainNumber(agreement[criterion].spearman)}`
  return (
    <figure className={classes.figure}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        <g className={classes.axis}>
          <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={bottom} y2={bottom} />
          <line x1={EDGE.left} x2={EDGE.left} y1={EDGE.top} y2={bottom} />
          <text x={EDGE.left} y={bottom + 14}>
            {plainNumber(low)}
          </text>
          <text x={WIDTH - EDGE.right} y={bottom + 14} textAnchor="end">
            {plainNumber(high)}
          </text>
          <text x={(EDGE.left + WIDTH - EDGE.right) / 2} y={bottom + 28} textAnchor="middle">
            {CRITERION_NAMES[criterion]}
          </text>
          <text x={EDGE.left - 5} y={bottom} textAnchor="end">
            0
          </text>
          <text x={EDGE.left - 5} y={EDGE.top + 8} textAnchor="end">
            {plainNumber(highest)}
          </text>
          <text transform={`translate(12 ${(EDGE.top + bottom) / 2}) rotate(-90)`} textAnchor="middle">
            Effect
          </text>
        </g>
        {heads.map(({ layer, head, absDeltaLogit }, at) => (
          <circle
            key={`${layer}.${head}`}
            cx={x(scores[at]!)}
            cy={y(absDeltaLogit)}
            r={4}
            fill={colour(layer)}
            className={classes.point}
          >
            <title>{`Layer ${layer}, head ${head}: score ${plainNumber(scores[at]!)}, effect ${plainNumber(absDeltaLogit)}`}</title>
          </circle>
        ))}
      </svg>
      <figcaption className={classes.layers}>
        Layer
        {Array.from({ length: layers }, (_, layer) => (
          <span key={layer}>
            <i style={{ background: colour(layer) }} aria-hidden />
            {layer}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}
