import { Button } from '@mantine/core'
import { IconArrowsDiff, IconCrosshair, IconLayoutGrid, IconPlugOff, IconTable } from '@tabler/icons-react'
import { Link } from 'wouter'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { EmptyMessage } from '../../ui/Messages'
import { Segments } from '../../ui/Segments'
import { FilterChips } from '../../ui/filter/FilterChips'
import { FilterField } from '../../ui/filter/FilterField'
import { focusedHead } from '../../shared/pins/linked-pane'
import { usePinCommand } from '../../shared/pins/pin-commands'
import { headsState, type Part, PARTS } from '../../shared/heads/heads-state'
import { ClassHeads } from './ClassHeads'
import { EffectOfHeads } from './EffectOfHeads'
import { GroupComparison } from './GroupComparison'
import classes from './HeadsScreen.module.css'
import { Localisation } from './Localisation'
import { WeightMatrices } from './WeightMatrices'

const NAMES: Record<Part, { name: string; Icon: typeof IconTable }> = {
  weights: { name: 'Weights', Icon: IconLayoutGrid },
  classes: { name: 'Classes × heads', Icon: IconTable },
  compare: { name: 'Compare groups', Icon: IconArrowsDiff },
  effect: { name: 'Without each head', Icon: IconPlugOff },
  localisation: { name: 'Localisation', Icon: IconCrosshair },
}

/** Head weights over many samples: layers x heads, classes x heads, two groups compared, heads switched off, maps against masks. */
export default function HeadsScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(headsState)
  usePageTitle('Heads', run.name)
  const { filter, norm, part } = view
  const props = { run, view, change }
  usePinCommand(
    async () =>
      (await focusedHead(run, filter)) ?? {
        why: 'Go to a head (Tab, then arrow keys); B then pins it for the sample in which it weighs most.',
      },
  )
  return (
    <div className={classes.screen}>
      <div className={classes.bar} role="toolbar" aria-label="Statistics">
        <FilterField run={run} value={filter} onCommit={(next) => change({ filter: next })} />
        <Segments
          label="Norm of the gradient"
          quiet
          value={norm}
          options={{ l1: 'GMAR L1', l2: 'GMAR L2' }}
          onChange={(norm) => change({ norm })}
        />
      </div>
      <FilterChips filter={filter} onCommit={(next) => change({ filter: next })} />
      <nav className={classes.parts} aria-label="Statistics of heads">
        {PARTS.map((each) => {
          const { name, Icon } = NAMES[each]
          return (
            <Link
              key={each}
              className={classes.part}
              href={links.ofRun(run.id, '/heads', headsState.search({ ...view, part: each }))}
              aria-current={each === part ? 'page' : undefined}
            >
              <Icon size={15} stroke={1.7} aria-hidden />
              {name}
            </Link>
          )
        })}
      </nav>
      <div className={classes.body}>
        {run.done === 0 ? (
          <EmptyMessage
            title="No sample has a result yet"
            actions={
              <Button component={Link} href={links.runs}>
                Show the run
              </Button>
            }
          >
            Statistics of heads fill as the run goes on.
          </EmptyMessage>
        ) : part === 'weights' ? (
          <WeightMatrices {...props} />
        ) : part === 'classes' ? (
          <ClassHeads {...props} />
        ) : part === 'compare' ? (
          <GroupComparison {...props} />
        ) : part === 'effect' ? (
          <EffectOfHeads {...props} />
        ) : (
          <Localisation run={run} filter={filter} />
        )}
      </div>
    </div>
  )
}
