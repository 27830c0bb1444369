import { NativeSelect, Skeleton, Switch } from '@mantine/core'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { symmetricRange } from '@shared/heatmap/scale'
import { Link, useLocation } from 'wouter'
import { useAnnotationState } from '../../api/annotation-queries'
import { useHeadDifference } from '../../api/statistics-queries'
import { className } from '../../base/class-name'
import { links } from '../../base/links'
import { ColorBar } from '../../heatmap/ColorBar'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import { FigureButton } from '../../shared/figures/FigureButton'
import { type Comparison, COMPARISONS } from '../../shared/heads/heads-state'
import { COMPARISON_NAMES, type Side, sidesOf } from './comparison'
import { ReferenceChoice } from './ReferenceChoice'
import { classCaution } from './explained-class'
import { DifferenceList } from './DifferenceList'
import { GroupSamples } from './GroupSamples'
import { LocalisationDifferences } from './LocalisationDifferences'
import { LEAST, TooFew } from './TooFew'
import { FilterInput } from './FilterInput'
import { headLink } from '../../shared/heads/head-links'
import classes from './HeadsScreen.module.css'
import type { PartProps } from './part-props'
import { brief, significance } from './significance'

/** Group names that the program wrote, not the user, begin with one of these. */
const OUR_WORDS = /^(correct|wrong|failures)(?= )/

/** How far the weight of every head differs between two groups of samples, over all labels or within them. */
export function GroupComparison(props: PartProps) {
  const { run, view, change } = props
  const sides = sidesOf(run, view.filter, view)
  return (
    <div className={classes.compare}>
      <div className={classes.sides} role="group" aria-label="Groups">
        <NativeSelect
          size="xs"
          aria-label="Compare"
          value={view.compare}
          data={COMPARISONS.map((value) => ({ value, label: COMPARISON_NAMES[value] }))}
          onChange={(event) => change({ compare: event.currentTarget.value as Comparison, a: '', b: '' })}
        />
        <Choices {...props} />
        <Switch
          size="xs"
          label="Within labels"
          title="Compares samples with those of the same label only"
          checked={view.within}
          onChange={(event) => change({ within: event.currentTarget.checked })}
        />
      </div>
      {sides ? (
        <Difference {...props} sides={sides} />
      ) : (
        <EmptyMessage title="Choose two groups">
          {view.compare === 'tag'
            ? 'Tag samples in the gallery or in triage, then choose the tag here.'
            : 'The two groups are still the same.'}
        </EmptyMessage>
      )}
    </div>
  )
}

function Choices(props: PartProps) {
  const { run, view, change } = props
  const tags = useAnnotationState().data?.tags ?? []
  const { compare, a, b } = view
  if (compare === 'outcome') return null
  if (compare === 'correct') return <ReferenceChoice {...props} />
  if (compare === 'tag') {
    return (
      <NativeSelect
        size="xs"
        aria-label="Tag"
        value={a}
        data={[{ value: '', label: 'Choose a tag' }, ...tags.map(({ name }) => name)]}
        onChange={(event) => change({ a: event.currentTarget.value })}
      />
    )
  }
  if (compare === 'filters') {
    return (
      <>
        <FilterInput label="Filter of the first group" value={a} onCommit={(next) => change({ a: next })} />
        <span>against</span>
        <FilterInput label="Filter of the second group" value={b} onCommit={(next) => change({ b: next })} />
      </>
    )
  }
  const data = Array.from({ length: run.model.classes }, (_, i) => ({ value: String(i), label: className(run, i) }))
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="First class"
        value={a || '0'}
        data={data}
        onChange={(event) => change({ a: event.currentTarget.value })}
      />
      <span>against</span>
      <NativeSelect
        size="xs"
        aria-label="Second class"
        value={b || '1'}
        data={data}
        onChange={(event) => change({ b: event.currentTarget.value })}
      />
    </>
  )
}

function Difference({ run, view, change, sides }: PartProps & { sides: [Side, Side] }) {
  const [, navigate] = useLocation()
  const [a, b] = sides
  const query = useHeadDifference(run.id, a.filter, b.filter, view.norm, view.within)
  const found = query.data
  if (query.isLoadingError) return <ErrorMessage error={query.error} retry={query.refetch} />
  if (!found) return <Skeleton height={run.model.layers * 26} aria-busy="true" />
  if (found.countA < LEAST || found.countB < LEAST)
    return <TooFew run={run} view={view} change={change} found={found} sides={sides} />
  const range = symmetricRange(found.cohenD)
  const caution = classCaution(run, sides, found.strata !== null)
  const names = `${a.name} against ${b.name}`
  // The program's own words are capitalised in a heading; filters, tags and classes stay as they are written.
  const heading = names.replace(OUR_WORDS, (word) => word.charAt(0).toUpperCase() + word.slice(1))
  const open = (layer: number, head: number) => navigate(headLink(run, { layer, head }, view))
  return (
    <div className={classes.difference}>
      <div className={classes.evidence}>
        <section aria-label="Difference">
          <header className={classes.heading}>
            <div>
              <h2>{heading}</h2>
              <p>
                <Link href={links.gallery(run.id, { filter: a.filter })}>
                  {formatCount(found.countA)} {a.name}
                </Link>
                ,{' '}
                <Link href={links.gallery(run.id, { filter: b.filter })}>
                  {formatCount(found.countB)} {b.name}
                </Link>
                {found.strata !== null &&
                  `, compared within ${formatCount(found.strata)} ${found.strata === 1 ? 'label' : 'labels'}`}
                . * q &lt; 0.05, ** q &lt; 0.01
              </p>
            </div>
            <FigureButton
              run={run}
              name={heading}
              content={{
                kind: 'group-difference',
                stratified: view.within,
                ...{ a: a.filter, b: b.filter, nameA: a.name, nameB: b.name, norm: view.norm },
              }}
            />
          </header>
          <HeadMatrix
            label={`Difference of head weights, ${a.name} against ${b.name}`}
            model={found}
            values={found.cohenD}
            range={range}
            colormap={COLORMAPS.rdbu}
            mark={(index) => significance(found.q[index]!)}
            describe={(d, index) => `d ${d.toFixed(2)}, p ${brief(found.p[index])}, q ${brief(found.q[index])}`}
            onChoose={open}
            hint={`Cohen’s d; red: more weight in ${a.name}. Choose a head to look at it closely.`}
          />
          <div className={classes.legend}>
            <ColorBar colormap={COLORMAPS.rdbu} range={range} label="Cohen's d" />
            <span>Cohen’s d{found.strata !== null && ' within labels'}</span>
          </div>
          <p className={classes.caution}>
            {caution && <b>{caution} </b>}
            {found.strata !== null &&
              'Van Elteren’s test; labels that only one group has say nothing and are left out. '}
            Weights of a layer sum to 1, so its heads do not vary independently: q is approximate.
          </p>
        </section>
        <GroupSamples run={run} view={view} change={change} sides={sides} />
        <LocalisationDifferences run={run} sides={sides} within={view.within} />
      </div>
      <DifferenceList run={run} found={found} view={view} />
    </div>
  )
}
