import { Skeleton, Table } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { localisationNote, whyNoLocalisation } from '@shared/masks'
import { METHODS } from '@headlight/explain/methods'
import { useLocalisation } from '../../api/statistics-queries'
import { ErrorMessage } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import { formatCount } from '../../ui/format'
import classes from './HeadsScreen.module.css'

/** How well each method's maps agree with masks of the object, where the run has masks. */
export function Localisation({ run, filter }: { run: RunInfo; filter: string }) {
  const scores = useLocalisation(run.id, filter)
  const measured = scores.data?.filter(({ count }) => count > 0) ?? []
  return (
    <Panel title="Localisation against masks">
      {scores.isLoadingError && <ErrorMessage error={scores.error} retry={scores.refetch} />}
      {scores.isPending && <Skeleton height={180} />}
      {scores.data && measured.length === 0 && (
        <p className={classes.none}>
          {whyNoLocalisation(run.definition.maskRule) ??
            (run.definition.masksPath
              ? 'No sample of this filter has both a mask and a map.'
              : 'This run has no masks. A run with a folder of masks measures how well maps find the object.')}
        </p>
      )}
      {measured.length > 0 && (
        <>
          <Table className={classes.table} verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Method</Table.Th>
                <Table.Th>
                  Pointing <small>share of samples whose largest value lies inside the mask</small>
                </Table.Th>
                <Table.Th>
                  Energy <small>share of the map’s sum that lies inside the mask</small>
                </Table.Th>
                <Table.Th>
                  IoU <small>overlap of the map above its mean with the mask</small>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {measured.map(({ method, pointing, energy, iou }) => (
                <Table.Tr key={method}>
                  <Table.Td>{METHODS[method].name}</Table.Td>
                  <Score value={pointing} best={measured.every((other) => other.pointing <= pointing)} />
                  <Score value={energy} best={measured.every((other) => other.energy <= energy)} />
                  <Score value={iou} best={measured.every((other) => other.iou <= iou)} />
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <p className={classes.caution}>
            Means over {formatCount(Math.max(...measured.map(({ count }) => count)))} samples with a mask. Bold is the
            highest of a column. {localisationNote(measured)}
          </p>
        </>
      )}
    </Panel>
  )
}

function Score({ value, best }: { value: number; best: boolean }) {
  return (
    <Table.Td className={classes.score} data-best={best}>
      {value.toFixed(3)}
    </Table.Td>
  )
}
