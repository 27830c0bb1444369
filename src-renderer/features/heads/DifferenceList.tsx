import { headIndexes } from '@headlight/explain/report'
import type { HeadDifference, RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { headLink } from '../../shared/heads/head-links'
import type { HeadsView } from '../../shared/heads/heads-state'
import classes from './HeadsScreen.module.css'
import { brief, significance } from './significance'

const MOST = 40

/** The heads of a comparison, those that differ most first. */
export function DifferenceList({ run, found, view }: { run: RunInfo; found: HeadDifference; view: HeadsView }) {
  const { cohenD, p, q, heads } = found
  const size = (index: number) => Math.abs(cohenD[index]!) || 0
  const order = headIndexes(found)
    .sort((a, b) => size(b) - size(a))
    .slice(0, MOST)
  const largest = size(order[0]!)
  return (
    <section aria-label="Heads that differ most">
      <table className={classes.list} aria-label="Heads that differ most">
        <thead>
          <tr>
            <th scope="col">Head</th>
            <th scope="col">Cohen’s d</th>
            <th scope="col">p</th>
            <th scope="col">q</th>
          </tr>
        </thead>
        <tbody>
          {order.map((index) => {
            const at = { layer: Math.floor(index / heads), head: index % heads }
            const d = cohenD[index]!
            return (
              <tr key={index}>
                <th scope="row">
                  <Link href={headLink(run, at, view)}>
                    Layer {at.layer}, head {at.head}
                  </Link>
                  <span
                    className={classes.listBar}
                    data-sign={d < 0 ? 'minus' : 'plus'}
                    style={{ width: `${(size(index) / largest) * 100}%` }}
                  />
                </th>
                <td>
                  {d < 0 ? '−' : '+'}
                  {Math.abs(d).toFixed(2)}
                </td>
                <td>{brief(p[index])}</td>
                <td>
                  {brief(q[index])}
                  <span className={classes.stars}>{significance(q[index]!)}</span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
