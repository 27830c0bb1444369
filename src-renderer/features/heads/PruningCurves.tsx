import { CRITERION_NAMES } from '@shared/evaluation/criterion-names'
import type { CriterionId } from '@shared/evaluation/head-criteria'
import type { HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { plainNumber } from '@shared/evaluation/words'
import { areaUnder } from '@shared/evaluation/pruning'
import classes from './EffectOfHeads.module.css'

interface PruningCurvesProps {
  evaluation: HeadEvaluation
  /** Drawn beside the controls. */
  criterion: CriterionId
}

const [WIDTH, HEIGHT] = [360, 220]
const EDGE = { left: 34, right: 10, top: 10, bottom: 32 }
const CONTROL_NAMES: Record<string, string> = {
  ablation: 'the measured effect',
  random1: 'random order 1',
  random2: 'random order 2',
}

/** Accuracy, or p without labels, as heads are removed in the order of a score, the lowest first. */
export function PruningCurves({ evaluation: { pruning, labelled }, criterion }: PruningCurvesProps) {
  const [of, what] = labelled > 0 ? (['accuracy', 'Accuracy'] as const) : (['probability', 'Mean p'] as const)
  const names = { [criterion]: CRITERION_NAMES[criterion], ...CONTROL_NAMES }
  const shown = Object.entries(names).filter(([key]) => pruning[key] !== undefined)
  const most = (pruning.ablation?.[of].length ?? 1) - 1
  const path = (values: readonly number[]) =>
    values
      .map((value, k) => {
        const x = EDGE.left + (k / most) * (WIDTH - EDGE.left - EDGE.right)
        const y = HEIGHT - EDGE.bottom - value * (HEIGHT - EDGE.top - EDGE.bottom)
        return `${k === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
      })
      .join('')
  const bottom = HEIGHT - EDGE.bottom
  const areas = Object.entries({ ...CRITERION_NAMES, ...CONTROL_NAMES })
    .filter(([key]) => pruning[key] !== undefined)
    .map(([key, name]) => ({ key, name, area: areaUnder(pruning[key]![of]) }))
    .sort((a, b) => b.area - a.area)
  return (
    <section aria-label="Pruning">
      <h2>{what} as heads are removed, the lowest score first</h2>
      <figure className={classes.figure}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={`${what} over heads removed; the table says the areas`}
        >
          <g className={classes.axis}>
            <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={bottom} y2={bottom} />
            <line x1={EDGE.left} x2={EDGE.left} y1={EDGE.top} y2={bottom} />
            <text x={EDGE.left - 5} y={EDGE.top + 8} textAnchor="end">
              1
            </text>
            <text x={EDGE.left - 5} y={bottom} textAnchor="end">
              0
            </text>
            <text x={EDGE.left} y={bottom + 14}>
              0
            </text>
            <text x={WIDTH - EDGE.right} y={bottom + 14} textAnchor="end">
              {most} heads
            </text>
          </g>
          {shown.map(([key]) => (
            <path
              key={key}
              className={classes.curve}
              data-of={key in CONTROL_NAMES ? key : 'score'}
              d={path(pruning[key]![of])}
            />
          ))}
        </svg>
        <figcaption className={classes.layers}>
          {shown.map(([key, name]) => (
            <span key={key}>
              <i className={classes.swatch} data-of={key in CONTROL_NAMES ? key : 'score'} aria-hidden />
              {name}
            </span>
          ))}
        </figcaption>
      </figure>
      <table className={classes.table} aria-label="Areas under the curves">
        <thead>
          <tr>
            <th scope="col">Removed in the order of</th>
            <th scope="col">Area under {what.toLowerCase()}</th>
          </tr>
        </thead>
        <tbody>
          {areas.map(({ key, name, area }) => (
            <tr key={key} data-chosen={key === criterion || undefined}>
              <th scope="row">{name}</th>
              <td>{plainNumber(area)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
