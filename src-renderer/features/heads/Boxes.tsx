import { headsOf } from '@headlight/explain/report'
import type { HeadGroup, RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { formatCount } from '../../ui/format'
import type { HeadId } from '../../shared/heads/head-id'
import { weightGallery } from '../../shared/heads/head-links'
import classes from './HeadScreen.module.css'

/** 5, 25, 50, 75 and 95 %. */
type Quantiles = [number, number, number, number, number]

interface GroupBox {
  name: string
  count: number
  /** Of exactly the samples of the group. */
  filter: string
  quantiles: Quantiles
}

/** The weight of one head in a group. */
export function boxOf(run: RunInfo, { layer, head }: HeadId, group: HeadGroup, filter: string): GroupBox {
  const { layers, heads } = run.model
  const quantile = (row: number) => group.quantiles[(row * layers + layer) * heads + head]!
  const quantiles: Quantiles = [quantile(0), quantile(1), quantile(2), quantile(3), quantile(4)]
  return { name: group.name, count: group.count, filter, quantiles }
}

/** A box a group: median, quartiles, and whiskers from the 5th to the 95th percentile, on one axis. */
export function Boxes({ run, head, boxes }: { run: RunInfo; head: HeadId; boxes: readonly GroupBox[] }) {
  const end = Math.max(0.02, ...boxes.map(({ quantiles }) => quantiles[4]))
  const equal = 1 / headsOf(run.model, head.layer)
  return (
    <table className={classes.boxes} aria-label="Weight by group">
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col">
            <span className={classes.axis}>
              <span>0</span>
              {equal < end * 0.85 && <span style={{ left: `${(equal / end) * 100}%` }}>{equal.toFixed(2)} equal</span>}
              <span>{end.toFixed(2)}</span>
            </span>
          </th>
          <th scope="col">Median</th>
        </tr>
      </thead>
      <tbody>
        {boxes.map(({ name, count, filter, quantiles }) => (
          <tr key={filter}>
            <th scope="row">
              <Link href={weightGallery(run, head, filter)}>{name}</Link>
              <span className={classes.groupCount}>{formatCount(count)}</span>
            </th>
            <td>
              <Box quantiles={quantiles} end={end} equal={equal} />
            </td>
            <td>{quantiles[2].toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Box({ quantiles, end, equal }: { quantiles: Quantiles; end: number; equal: number }) {
  const [low = 0, first = 0, median = 0, third = 0, high = 0] = quantiles.map((value) => (value / end) * 100)
  const words = `5 % ${quantiles[0].toFixed(3)}, 25 % ${quantiles[1].toFixed(3)}, median ${quantiles[2].toFixed(3)}, 75 % ${quantiles[3].toFixed(3)}, 95 % ${quantiles[4].toFixed(3)}`
  return (
    <svg className={classes.box} viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      <line className={classes.equal} x1={(equal / end) * 100} x2={(equal / end) * 100} y1={0} y2={10} />
      <line className={classes.whisker} x1={low} x2={high} y1={5} y2={5} />
      <rect className={classes.quartiles} x={first} width={Math.max(0.4, third - first)} y={1.5} height={7} />
      <line className={classes.median} x1={median} x2={median} y1={1} y2={9} />
    </svg>
  )
}
