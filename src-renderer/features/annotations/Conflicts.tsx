import { Select, Table } from '@mantine/core'
import { type ReviewerAgreement, type RunInfo, type VerdictConflict, imageUrls } from '@shared/api'
import { Link } from 'wouter'
import { annotate } from '../../api/annotate'
import { useAgreement, useAnnotationState } from '../../api/annotation-queries'
import { links } from '../../base/links'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import { formatCount, formatShare } from '../../ui/format'
import classes from './AnnotationsScreen.module.css'
import { Loading } from '../../ui/Loading'

/** How alike reviewers judge, and each sample on which they differ, to be settled. */
export function Conflicts({ run }: { run: RunInfo }) {
  const agreement = useAgreement()
  const verdicts = useAnnotationState().data?.verdicts.map(({ name }) => name) ?? []
  if (agreement.isLoadingError) return <ErrorMessage error={agreement.error} retry={agreement.refetch} />
  if (!agreement.data) return <Loading what="Loading the conflicts" height={240} m="lg" />
  const { pairs, conflicts } = agreement.data
  if (pairs.length === 0) {
    return (
      <EmptyMessage title="One reviewer so far">
        Import what another reviewer has exported: verdicts that differ are listed here, and how alike you judge.
      </EmptyMessage>
    )
  }
  return (
    <div className={classes.parts}>
      <Panel title="Agreement">
        <AgreementTable pairs={pairs} />
      </Panel>
      <Panel title="Samples judged differently">
        {conflicts.length === 0 && <p>All samples with two verdicts are judged alike.</p>}
        <ul className={classes.conflicts} aria-label="Conflicts">
          {conflicts.map((conflict) => (
            <ConflictLine key={conflict.sampleId} run={run} conflict={conflict} verdicts={verdicts} />
          ))}
        </ul>
      </Panel>
    </div>
  )
}

function AgreementTable({ pairs }: { pairs: ReviewerAgreement[] }) {
  return (
    <>
      <Table verticalSpacing={4} className={classes.agreement}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Reviewers</Table.Th>
            <Table.Th>Both judged</Table.Th>
            <Table.Th>Alike</Table.Th>
            <Table.Th>Cohen’s κ</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pairs.map(({ a, b, both, alike, kappa }) => (
            <Table.Tr key={`${a} ${b}`}>
              <Table.Td>
                {a}, {b}
              </Table.Td>
              <Table.Td>{formatCount(both)}</Table.Td>
              <Table.Td>{both === 0 ? '–' : `${formatCount(alike)} (${formatShare(alike / both)})`}</Table.Td>
              <Table.Td>{kappa === null ? '–' : kappa.toFixed(2)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className={classes.explained}>
        κ is agreement beyond chance: 1 for always, 0 for what chance gives (Cohen 1960). “–” where it is undefined.
      </p>
    </>
  )
}

interface ConflictLineProps {
  run: RunInfo
  conflict: VerdictConflict
  verdicts: string[]
}

function ConflictLine({ run, conflict: { sampleId, path, verdicts: given, settled }, verdicts }: ConflictLineProps) {
  return (
    <li className={classes.conflict}>
      <img src={imageUrls.thumbnail(run.id, sampleId, 160)} alt="" width={56} height={56} loading="lazy" />
      <span className={classes.conflictPath}>
        <Link href={links.sample(run.id, sampleId, { filter: 'conflict:true' })}>{path}</Link>
      </span>
      <span className={classes.given}>
        {given.map(({ reviewer, verdict }) => (
          <span key={reviewer}>
            {reviewer}: <strong>{verdict}</strong>
          </span>
        ))}
      </span>
      <Select
        size="xs"
        aria-label={`Settle ${path} as`}
        placeholder="Settle as…"
        clearable
        data={verdicts}
        value={settled?.verdict ?? null}
        onChange={(verdict) => void annotate([{ kind: 'settled', ids: Uint32Array.of(sampleId), verdict }], run.id)}
      />
      <span className={classes.settledBy}>{settled && `settled by ${settled.reviewer}`}</span>
    </li>
  )
}
