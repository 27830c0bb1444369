import { Button } from '@mantine/core'
import type { HeadDifference } from '@shared/api'
import { useFilterCounts } from '../../api/filter-counts'
import { EmptyMessage } from '../../ui/Messages'
import { filterError } from '../../ui/filter/filter-terms'
import { splitFilter, withoutTerm } from '../../ui/filter/single-terms'
import { formatCount } from '../../ui/format'
import type { HeadsView } from '../../shared/heads/heads-state'
import { COMPARISON_NAMES, confusedPair, referenceOf, type Side, sidesOf } from './comparison'
import type { PartProps } from './part-props'

/** Samples that each group needs: a single one has no deviation. */
export const LEAST = 2

interface TooFewProps extends PartProps {
  found: HeadDifference
  sides: [Side, Side]
}

/** A change of the comparison, and the groups that there would be. */
interface WayOut {
  name: string
  to: Partial<HeadsView>
  sides: [Side, Side]
}

/** Which group is too small, and the changes after which both are large enough. */
export function TooFew({ run, view, change, found, sides: [a, b] }: TooFewProps) {
  const ways = waysOut(run, view)
  const counts = useFilterCounts(
    run.id,
    ways.flatMap(({ sides }) => sides.map(({ filter }) => filter)),
  )
  const unlabelled = run.labelled === 0 && a.filter.includes('correct:')
  // A count that has not arrived yet is 0, so that its change is not offered.
  const counted = ways.map((way, index) => ({ ...way, counts: [counts[2 * index] ?? 0, counts[2 * index + 1] ?? 0] }))
  const open = unlabelled ? [] : counted.filter((way) => way.counts.every((count) => count >= LEAST))
  const within = found.strata !== null
  return (
    <EmptyMessage
      title={smallNames(found, a, b)}
      actions={
        <>
          {within && <Button onClick={() => change({ within: false })}>Compare over all labels</Button>}
          {open.map(({ name, to, sides, counts: [ofA = 0, ofB = 0] }) => (
            <Button key={name} onClick={() => change(to)}>
              {name}: {formatCount(ofA)} {sides[0].name}, {formatCount(ofB)} {sides[1].name}
            </Button>
          ))}
        </>
      }
    >
      {unlabelled
        ? 'These images have no labels, so nothing is known to be correct or wrong. Compare two filters instead.'
        : `${formatCount(found.countA)} ${a.name} and ${formatCount(found.countB)} ${b.name}${within ? ' share a label' : ''}; each group needs ${LEAST}.`}
    </EmptyMessage>
  )
}

function smallNames({ countA, countB }: HeadDifference, a: Side, b: Side): string {
  if (countA < LEAST && countB < LEAST) return `Too few samples in both groups`
  return `Too few samples in the group “${countA < LEAST ? a.name : b.name}”`
}

/** The same two groups, in either order. */
const isSame = (one: [Side, Side], other: [Side, Side] | null) =>
  one.every(({ filter }) => other?.some((side) => side.filter === filter))

/** The same comparison with a term less, and the comparisons that need no further choice. */
function waysOut(run: PartProps['run'], view: HeadsView): WayOut[] {
  const ways: WayOut[] = []
  const add = (name: string, to: Partial<HeadsView>) => {
    const next = { ...view, ...to }
    const sides = sidesOf(run, next.filter, next)
    const known = ways.some((way) => isSame(way.sides, sides))
    if (sides && !known) ways.push({ name, to, sides })
  }
  const without = (field: 'filter' | 'a' | 'b') => {
    if (filterError(view[field])) return
    splitFilter(view[field]).forEach(({ text }, index) =>
      add(`Leave out ${text}`, { [field]: withoutTerm(view[field], index) }),
    )
  }
  if (view.compare === 'filters') {
    without('a')
    without('b')
  } else without('filter')
  const pair = view.compare === 'correct' ? confusedPair(view.filter) : null
  const against = referenceOf(run, view.against) === 'label' ? 'prediction' : 'label'
  if (pair) add(`Against correct ${pair[against]}`, { against })
  for (const compare of ['outcome', 'correct'] as const)
    if (compare !== view.compare) add(COMPARISON_NAMES[compare], { compare, a: '', b: '' })
  return ways
}
