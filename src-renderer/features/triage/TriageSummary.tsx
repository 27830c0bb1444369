import { Button } from '@mantine/core'
import type { RunInfo, Term } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { IconArrowLeft, IconDownload, IconLayoutGrid, IconTags } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { Link } from 'wouter'
import { useAnnotationState, useReviewed } from '../../api/annotation-queries'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import { selectSamples } from '../../base/selection'
import type { ChangeState } from '../../base/url-state'
import { ErrorMessage } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import { withoutAnnotations } from '../../ui/filter/filter-terms'
import { formatCount } from '../../ui/format'
import { openExports } from '../../shared/exports/open-exports'
import { SelectionFigure } from '../../shared/figures/SelectionFigure'
import classes from './Triage.module.css'
import type { triageState } from '../../base/view'
import { placeName } from './place-name'
import { summaryCommands } from './commands'
import { Loading } from '../../ui/Loading'

type Shown = typeof triageState.defaults

interface TriageSummaryProps {
  run: RunInfo
  ids: Uint32Array
  view: Shown
  change: ChangeState<Shown>
  onLeave: () => void
}

/** The keyboard begins at what the screen says. */
const focused = (heading: HTMLElement | null) => heading?.focus()

/** The summary of a triage: how many samples each verdict and tag was given, and where to go on with them. */
export function TriageSummary({ run, ids, view, change, onLeave }: TriageSummaryProps) {
  const state = useAnnotationState()
  const reviewed = useReviewed(placeName(run, view), ids)
  const back = () => change({ summary: false })
  useCommands(summaryCommands, { back, leave: onLeave })

  if (state.isLoadingError) return <ErrorMessage error={state.error} retry={state.refetch} />
  if (reviewed.isLoadingError) return <ErrorMessage error={reviewed.error} retry={reviewed.refetch} />
  if (!state.data || !reviewed.data) return <Loading what="Counting" height={320} m="xl" />
  const { verdicts, tags, untouched } = reviewed.data
  const count = new Set(ids).size
  const open = verdicts.get(0) ?? []
  const judged = count - open.length
  const said = new Set([...verdicts].flatMap(([id, of]) => (id === 0 ? [] : of)).concat(...tags.values()))
  const base = withoutAnnotations(view.filter)
  /** The gallery on these very samples, which are chosen there. */
  const group = (name: string, term: string, members: number[], colour?: string) => (
    <li key={name}>
      <Link
        className={classes.group}
        style={{ '--tag': colour } as CSSProperties}
        href={links.gallery(run.id, { ...view, filter: `${base} ${term}`.trim(), at: members[0] ?? null })}
        onClick={() => selectSamples(run.id, members)}
      >
        <span className={classes.groupDot} data-none={colour === undefined} aria-hidden />
        <span>{name}</span>
        <span>
          <span
            className={classes.groupBar}
            style={{ display: 'block', width: `${(members.length / count) * 100}%` }}
          />
        </span>
        <span className={classes.groupCount}>{formatCount(members.length)}</span>
      </Link>
    </li>
  )
  const groupsOf = (terms: readonly Term[], found: Map<number, number[]>, field: 'verdict' | 'tag') =>
    terms.flatMap(({ id, name, colour }) => {
      const members = found.get(id)
      return members ? [group(name, `${field}:${quoteFilterValue(name)}`, members, colour)] : []
    })
  const byVerdict = groupsOf(state.data.verdicts, verdicts, 'verdict')
  const byTag = groupsOf(state.data.tags, tags, 'tag')
  const [firstOpen] = open
  return (
    <div className={classes.summary}>
      <div>
        <h1 className={classes.summaryTitle} ref={focused} tabIndex={-1}>
          {open.length === 0
            ? `All ${formatCount(count)} samples have a verdict`
            : `${formatCount(judged)} of ${formatCount(count)} samples have a verdict`}
        </h1>
        <p className={classes.fact}>
          {untouched.length === 0
            ? 'Something is said about every one.'
            : `Nothing is said about ${formatCount(untouched.length)}.`}{' '}
          A line below opens the gallery with its samples chosen.
        </p>
      </div>
      <Panel title="Verdicts">
        <ul className={classes.groups} aria-label="Verdicts">
          {byVerdict}
          {open.length > 0 &&
            group(
              'No verdict',
              `-verdict:${state.data.verdicts.map(({ name }) => quoteFilterValue(name)).join()}`,
              open,
            )}
        </ul>
      </Panel>
      {byTag.length > 0 && (
        <Panel title="Tags">
          <ul className={classes.groups} aria-label="Tags">
            {byTag}
          </ul>
        </Panel>
      )}
      <div className={classes.nextSteps} role="group" aria-label="Next steps">
        <Button leftSection={<IconArrowLeft size={15} aria-hidden />} onClick={back}>
          Back to the samples
        </Button>
        {firstOpen !== undefined && (
          <Button onClick={() => change({ summary: false, at: firstOpen })}>To the first without a verdict</Button>
        )}
        <Button variant="filled" leftSection={<IconLayoutGrid size={15} aria-hidden />} onClick={onLeave}>
          To the gallery
        </Button>
        <Button
          component={Link}
          href={links.ofRun(run.id, '/annotations', base && `?${new URLSearchParams({ filter: base })}`)}
          leftSection={<IconTags size={15} aria-hidden />}
        >
          Annotations
        </Button>
        <Button
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => openExports({ runId: run.id, filter: base })}
        >
          Export
        </Button>
        {said.size > 0 && <SelectionFigure run={run} chosen={said} />}
      </div>
    </div>
  )
}
