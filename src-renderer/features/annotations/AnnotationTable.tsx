import { Button, Skeleton } from '@mantine/core'
import { type RunInfo, type Term, imageUrls } from '@shared/api'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { useAnnotationState, useAnnotations } from '../../api/annotation-queries'
import { useSampleIds, useSampleRow } from '../../api/sample-queries'
import { links } from '../../base/links'
import type { ChangeState } from '../../base/url-state'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { TermDot } from '../../ui/TermDot'
import { FilterField } from '../../ui/filter/FilterField'
import { formatCount, formatWhen } from '../../ui/format'
import classes from './AnnotationsScreen.module.css'
import { annotatedFilter, type annotationsState } from './annotations-view'

type Shown = typeof annotationsState.defaults

interface AnnotationTableProps {
  run: RunInfo
  view: Shown
  change: ChangeState<Shown>
}

const ROW_HEIGHT = 60
const COLUMNS: { name: string; sort?: Shown['sort'] }[] = [
  { name: 'Sample', sort: 'path' },
  { name: 'Tags' },
  { name: 'Verdict' },
  { name: 'Note' },
  { name: 'Reviewer' },
  { name: 'Changed', sort: 'annotated' },
]

/** Annotated samples, newest first unless sorted otherwise; only rows in sight exist. */
export function AnnotationTable({ run, view, change }: AnnotationTableProps) {
  const { sort, descending } = view
  const filter = annotatedFilter(view.filter)
  const samples = useSampleIds({ runId: run.id, filter, sort, descending })
  const scroller = useRef<HTMLDivElement>(null)
  const ids = samples.data?.ids
  const rows = useVirtualizer({
    count: ids?.length ?? 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
  })
  return (
    <>
      <div className={classes.filterBar}>
        <FilterField run={run} value={view.filter} onCommit={(next) => change({ filter: next })} />
        <p className={classes.count} role="status">
          {ids && `${formatCount(ids.length)} annotated ${ids.length === 1 ? 'sample' : 'samples'}`}
        </p>
      </div>
      {samples.isLoadingError ? (
        <ErrorMessage error={samples.error} retry={samples.refetch} />
      ) : !ids ? (
        <div className={classes.waiting} aria-busy="true" aria-label="Loading annotated samples">
          {Array.from({ length: 8 }, (_, i) => (
            <Skeleton key={i} height={ROW_HEIGHT - 16} />
          ))}
        </div>
      ) : ids.length === 0 ? (
        <NothingYet run={run} filter={view.filter} onClear={() => change({ filter: '' })} />
      ) : (
        <div ref={scroller} className={classes.scroller} role="region" aria-label="Annotated samples" tabIndex={0}>
          <div role="table" aria-label="Annotated samples" aria-rowcount={ids.length + 1}>
            <div role="row" className={classes.head}>
              {COLUMNS.map((column) => (
                <HeadCell key={column.name} {...column} view={view} change={change} />
              ))}
            </div>
            <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
              {rows.getVirtualItems().map(({ index, start }) => (
                <SampleLine key={ids[index]} run={run} id={ids[index]!} index={index} start={start} view={view} />
              ))}
            </div>
          </div>
        </div>
      )}
    </>
  )
}

function HeadCell({ name, sort, view, change }: (typeof COLUMNS)[number] & Omit<AnnotationTableProps, 'run'>) {
  if (!sort) return <span role="columnheader">{name}</span>
  const sorted = view.sort === sort
  const Arrow = view.descending ? IconArrowDown : IconArrowUp
  return (
    <span role="columnheader" aria-sort={sorted ? (view.descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => change({ sort, descending: sorted ? !view.descending : sort === 'annotated' })}
      >
        {name}
        {sorted && <Arrow size={13} aria-hidden />}
      </button>
    </span>
  )
}

interface SampleLineProps {
  run: RunInfo
  id: number
  index: number
  start: number
  view: Shown
}

function SampleLine({ run, id, index, start, view }: SampleLineProps) {
  const [, navigate] = useLocation()
  const row = useSampleRow(run.id, id).data
  const said = useAnnotations(id).data ?? []
  const lists = useAnnotationState().data
  const of = (kind: string) => said.filter((annotation) => annotation.kind === kind)
  const address = links.sample(run.id, id, {
    filter: annotatedFilter(view.filter),
    sort: view.sort,
    descending: view.descending,
  })
  const unique = (texts: string[]) => [...new Set(texts)]
  const reviewers = unique(said.map(({ reviewer }) => reviewer))
  const regions = of('region').length
  const changed = said
    .map(({ changedAt }) => changedAt)
    .sort()
    .at(-1)
  const settled = of('settled').at(-1)?.text
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
      onClick={() => navigate(address)}
    >
      <span role="cell" className={classes.sample}>
        <img src={imageUrls.thumbnail(run.id, id, 160)} alt="" width={44} height={44} loading="lazy" />
        <Link href={address} onClick={(event) => event.stopPropagation()}>
          {row?.path ?? `Sample ${id}`}
        </Link>
      </span>
      <span role="cell">
        <Terms names={unique(of('tag').map(({ text }) => text))} terms={lists?.tags} />
      </span>
      <span role="cell">
        <Terms
          names={settled !== undefined ? [settled] : unique(of('verdict').map(({ text }) => text))}
          terms={lists?.verdicts}
        />
        {settled !== undefined && ' (settled)'}
      </span>
      <span
        role="cell"
        className={classes.note}
        title={of('note')
          .map(({ text }) => text)
          .join('\n')}
      >
        {of('note')
          .map(({ text }) => text)
          .concat(regions === 0 ? [] : [regions === 1 ? '1 region' : `${regions} regions`])
          .join(' · ')}
      </span>
      <span role="cell">{reviewers.join(', ')}</span>
      <span role="cell">{changed && formatWhen(changed)}</span>
    </div>
  )
}

/** Names of tags or verdicts, each with its colour. */
function Terms({ names, terms }: { names: string[]; terms: readonly Term[] | undefined }) {
  return names.map((name) => (
    <span key={name} className={classes.term}>
      <TermDot colour={terms?.find((term) => term.name === name)?.colour} />
      {name}{' '}
    </span>
  ))
}

function NothingYet({ run, filter, onClear }: { run: RunInfo; filter: string; onClear: () => void }) {
  const [, navigate] = useLocation()
  if (filter !== '') {
    return (
      <EmptyMessage title="No annotated sample fits this filter" actions={<Button onClick={onClear}>Show all</Button>}>
        Nothing that is annotated matches “{filter}”.
      </EmptyMessage>
    )
  }
  return (
    <EmptyMessage
      title="Nothing is annotated yet"
      actions={
        <Button onClick={() => navigate(links.gallery(run.id, { filter: 'correct:false' }))}>Show what is wrong</Button>
      }
    >
      Open a sample and press a digit for a tag, V for a verdict, N for a note; or press T in the gallery to go through
      a whole result.
    </EmptyMessage>
  )
}
