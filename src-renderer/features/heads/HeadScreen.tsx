import { ActionIcon, Button, NativeSelect } from '@mantine/core'
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { Link, useLocation } from 'wouter'
import { headIndexes, headsInWords, hasHeadMaps } from '@headlight/explain/report'
import { useHeadStatistics } from '../../api/statistics-queries'
import { allOf } from '../../base/class-term'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { EmptyMessage } from '../../ui/Messages'
import { FilterChips } from '../../ui/filter/FilterChips'
import { FilterField } from '../../ui/filter/FilterField'
import { formatCount, formatShare } from '../../ui/format'
import { FigureButton } from '../../shared/figures/FigureButton'
import { type Grouping, headsState, headState } from '../../shared/heads/heads-state'
import { headCommands } from './commands'
import { ComparedDistribution } from './ComparedDistribution'
import { sidesOf } from './comparison'
import { Distribution } from './Distribution'
import { ExtremeSamples } from './ExtremeSamples'
import { type HeadId, parseHead } from '../../shared/heads/head-id'
import { headLink, weightGallery } from '../../shared/heads/head-links'
import classes from './HeadScreen.module.css'
import { groupingOptions } from './grouping-options'
import { HeadWithout } from './HeadWithout'
import { MeanAttention } from './MeanAttention'

/** One head: how its weight is distributed, where it weighs most and least, what it attends to on average. */
export default function HeadScreen({ run, params }: RunScreenProps) {
  const head = parseHead(params.head, run.model)
  if (!head) {
    return (
      <EmptyMessage
        title="The model has no such head"
        actions={
          <Button component={Link} href={links.ofRun(run.id, '/heads')}>
            Show all heads
          </Button>
        }
      >
        It has {headsInWords(run.model)}, counted from 0; an address names one as “7.2”.
      </EmptyMessage>
    )
  }
  return <Head run={run} head={head} />
}

/** The groups of the comparison that the head was opened from, among the groupings. */
const COMPARED = 'compared'

function Head({ run, head: at }: Pick<RunScreenProps, 'run'> & { head: HeadId }) {
  const [view, change] = useUrlState(headState)
  const [, navigate] = useLocation()
  const { layer, head } = at
  const { filter, norm, by } = view
  const index = layer * run.model.heads + head
  const all = useHeadStatistics(run.id, 'all', filter, norm).data?.groups[0]
  const title = `Layer ${layer}, head ${head}`
  usePageTitle(title, run.name)
  const neighbour = (step: number) => {
    const indexes = headIndexes(run.model)
    const next = indexes[indexes.indexOf(index) + step]
    return next === undefined
      ? null
      : headLink(run, { layer: Math.floor(next / run.model.heads), head: next % run.model.heads }, view)
  }
  const [before, after] = [neighbour(-1), neighbour(1)]
  useCommands(headCommands, {
    before: before === null ? null : () => navigate(before),
    after: after === null ? null : () => navigate(after),
  })
  const sides = view.part === 'compare' ? sidesOf(run, filter, view) : null
  const compared = view.compared ? sides : null
  const strong = weightAbove(all?.quantiles, index, run.model.layers * run.model.heads)
  return (
    <div className={classes.screen}>
      <div className={classes.bar} role="toolbar" aria-label="Head">
        <Button
          size="xs"
          component={Link}
          href={links.ofRun(run.id, '/heads', headsState.search(view))}
          leftSection={<IconArrowLeft size={14} aria-hidden />}
        >
          All heads
        </Button>
        <FilterField run={run} value={filter} onCommit={(next) => change({ filter: next })} />
      </div>
      <FilterChips filter={filter} onCommit={(next) => change({ filter: next })} />
      <div className={classes.body}>
        <header className={classes.header}>
          <Step href={before} name="Head before" Icon={IconChevronLeft} />
          <h1>{title}</h1>
          <Step href={after} name="Next head" Icon={IconChevronRight} />
          {all && (
            <p>
              mean weight <b>{all.mean[index]!.toFixed(3)}</b> ± {all.std[index]!.toFixed(3)} over{' '}
              {formatCount(all.count)} samples; first in its layer in <b>{formatShare(all.topShare[index]!)}</b>
            </p>
          )}
          {strong !== null && (
            <Link href={weightGallery(run, at, allOf(filter, `head(${layer},${head})>${strong}`))}>
              Samples above {strong}
            </Link>
          )}
        </header>
        <div className={classes.columns}>
          <section aria-label="Distribution">
            <header className={classes.heading}>
              <h2>Weight by group</h2>
              <NativeSelect
                size="xs"
                aria-label="Group by"
                value={compared ? COMPARED : by}
                data={[...(sides ? [{ value: COMPARED, label: 'The groups compared' }] : []), ...groupingOptions()]}
                onChange={({ currentTarget: { value } }) =>
                  change(value === COMPARED ? { compared: true } : { compared: false, by: value as Grouping })
                }
              />
              {!compared && (
                <FigureButton
                  run={run}
                  name={title}
                  content={{ kind: 'head-distribution', heads: [at], by, filter, norm }}
                />
              )}
            </header>
            {compared ? (
              <ComparedDistribution run={run} head={at} sides={compared} view={view} />
            ) : (
              <Distribution {...{ run, by, filter, norm }} head={at} />
            )}
          </section>
          <div>
            <HeadWithout run={run} head={at} view={view} />
            {hasHeadMaps(run.model) && (
              <section aria-label="Mean attention">
                <MeanAttention run={run} head={at} filter={filter} />
              </section>
            )}
            <section aria-label="Samples">
              <ExtremeSamples run={run} head={at} filter={filter} />
            </section>
          </div>
        </div>
      </div>
    </div>
  )
}

function Step({ href, name, Icon }: { href: string | null; name: string; Icon: typeof IconChevronLeft }) {
  if (href === null) return null
  return (
    <ActionIcon component={Link} href={href} aria-label={name}>
      <Icon size={18} />
    </ActionIcon>
  )
}

const HIGHEST_QUANTILE = 4

/** A round weight that about one sample in twenty exceeds. */
function weightAbove(quantiles: Float32Array | undefined, index: number, size: number): number | null {
  const value = quantiles?.[HIGHEST_QUANTILE * size + index]
  return value === undefined || value < 0.01 ? null : Number(value.toFixed(2))
}
