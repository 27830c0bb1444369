import { Table } from '@mantine/core'
import type { MeasureDifference, RunInfo } from '@shared/api'
import { FORMER_RULE, ruleText } from '@shared/masks'
import { METHODS } from '@headlight/explain/methods'
import { useLocalisationDifference } from '../../api/statistics-queries'
import { ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import type { Side } from './comparison'
import classes from './LocalisationDifferences.module.css'
import { brief, significance } from './significance'

interface LocalisationDifferencesProps {
  run: RunInfo
  sides: [Side, Side]
  within: boolean
}

/** Whether the maps of one group find the object better than those of the other, where the run has masks. */
export function LocalisationDifferences({ run, sides: [a, b], within }: LocalisationDifferencesProps) {
  const query = useLocalisationDifference(run.id, a.filter, b.filter, within)
  const [first] = query.data ?? []
  if (query.isLoadingError) return <ErrorMessage error={query.error} retry={query.refetch} />
  if (!first) return null
  return (
    <section className={classes.section} aria-label="Difference in localisation">
      <h2>Localisation against masks</h2>
      <Table className={classes.table} verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Method</Table.Th>
            <Table.Th>Pointing</Table.Th>
            <Table.Th>Energy</Table.Th>
            <Table.Th>IoU</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {query.data?.map(({ method, pointing, energy, iou }) => (
            <Table.Tr key={method}>
              <Table.Th scope="row">{METHODS[method].name}</Table.Th>
              <Measured difference={pointing} />
              <Measured difference={energy} />
              <Measured difference={iou} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className={classes.note}>
        Means of {formatCount(first.countA)} {a.name} and {formatCount(first.countB)} {b.name} that have a mask
        {within && ', of labels that both groups have'}; Cohen’s d and Benjamini–Hochberg q of{' '}
        {within ? 'van Elteren’s' : 'Mann–Whitney’s'} test over all cells. * q &lt; 0.05, ** q &lt; 0.01. Masks:{' '}
        {ruleText(run.definition.maskRule ?? FORMER_RULE)}.
      </p>
    </section>
  )
}

function Measured({ difference: { meanA, meanB, cohenD, p, q } }: { difference: MeasureDifference }) {
  const sign = cohenD < 0 ? '−' : '+'
  return (
    <Table.Td title={`p ${brief(p)}, q ${brief(q)}`}>
      {meanA.toFixed(3)} <span className={classes.against}>against</span> {meanB.toFixed(3)}
      <small>
        d {Number.isNaN(cohenD) ? '–' : sign + Math.abs(cohenD).toFixed(2)}, q {brief(q)} {significance(q)}
      </small>
    </Table.Td>
  )
}
