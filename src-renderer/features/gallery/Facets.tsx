import { Skeleton, TextInput } from '@mantine/core'
import type { Facet, RunInfo } from '@shared/api'
import { withoutResult } from '@shared/without-result'
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { useFacets } from '../../api/sample-queries'
import { isNumber } from '../../ui/confidence-text'
import { className } from '../../base/class-name'
import { isSameName } from '../../base/label-text'
import { chosenFlag, chosenNames, toggleFlag, toggleName, withoutFields } from '../../ui/filter/filter-terms'
import { formatCount } from '../../ui/format'
import { AnnotationFacets } from './AnnotationFacets'
import { Choice, FacetGroup, type FacetsProps } from './FacetChoice'
import classes from './Facets.module.css'

/** Counts of the current result by outcome, annotations, label, class, split and prediction; each count is a filter to click. */
export const Facets = memo(function Facets({ run, filter, onFilter }: Omit<FacetsProps, 'runId'> & { run: RunInfo }) {
  const runId = run.id
  const whole = useFacets(runId, '').data
  const hasSplits = (whole?.splits.length ?? 0) > 0
  // Without labels nothing is right or wrong.
  const hasOutcomes = !whole || whole.correct + whole.wrong + whole.errors > 0
  // Where labels and their classes are called the same, one list of them is enough.
  const classesDiffer = whole?.datasetLabels.some(({ name, classIndex }) => {
    return classIndex !== null && !isSameName(name, className(run, classIndex))
  })
  return (
    <aside className={classes.facets} aria-label="Filters">
      {hasOutcomes && <OutcomeFacet runId={runId} filter={filter} onFilter={onFilter} errorName={withoutResult(run)} />}
      <AnnotationFacets runId={runId} filter={filter} onFilter={onFilter} />
      <NameFacet runId={runId} filter={filter} onFilter={onFilter} by="label" title="Label" />
      {classesDiffer && <NameFacet runId={runId} filter={filter} onFilter={onFilter} by="class" title="Class" />}
      {hasSplits && <NameFacet runId={runId} filter={filter} onFilter={onFilter} by="split" title="Split" />}
      {!isNumber(run) && (
        <NameFacet runId={runId} filter={filter} onFilter={onFilter} by="prediction" title="Prediction" />
      )}
    </aside>
  )
})

/** Each facet counts the result as it would be without its own choice, so that the other choices stay in sight. */
function OutcomeFacet({ runId, filter, onFilter, errorName }: FacetsProps & { errorName: string }) {
  const counts = useFacets(runId, withoutFields(filter, ['correct', 'error']))
  const { data } = counts
  const chosen = chosenFlag(filter, 'correct')
  return (
    <FacetGroup title="Outcome" counts={counts}>
      <Choice
        name="Correct"
        icon={<IconCheck size={14} stroke={2.4} className={classes.good} aria-hidden />}
        count={data?.correct}
        pressed={chosen === true}
        onClick={() => onFilter(toggleFlag(filter, 'correct', true))}
      />
      <Choice
        name="Wrong"
        icon={<IconX size={14} stroke={2.4} className={classes.bad} aria-hidden />}
        count={data?.wrong}
        pressed={chosen === false}
        onClick={() => onFilter(toggleFlag(filter, 'correct', false))}
      />
      {data !== undefined && data.errors > 0 && (
        <Choice
          name={errorName}
          icon={<IconAlertTriangle size={14} className={classes.warn} aria-hidden />}
          count={data.errors}
          pressed={chosenFlag(filter, 'error') === true}
          onClick={() => onFilter(toggleFlag(filter, 'error', true))}
        />
      )}
    </FacetGroup>
  )
}

/** Above this many names the list is sorted by count and can be searched. */
const MANY_NAMES = 20
const MAX_SHOWN = 100

const LISTS = { label: 'datasetLabels', class: 'labels', split: 'splits', prediction: 'predictions' } as const

function NameFacet({ runId, filter, onFilter, by, title }: FacetsProps & { by: keyof typeof LISTS; title: string }) {
  const counts = useFacets(runId, withoutFields(filter, [by]))
  const { data } = counts
  const [search, setSearch] = useState('')
  const facets = data?.[LISTS[by]] ?? []
  const chosen = chosenNames(filter, by)
  const shown = arrange(facets, search)
  const largest = Math.max(1, ...facets.map(({ count }) => count))
  return (
    <FacetGroup title={title} counts={counts}>
      {facets.length > MANY_NAMES && (
        <TextInput
          size="xs"
          mb={6}
          placeholder={`Search ${formatCount(facets.length)} ${by === 'label' ? 'labels' : 'classes'}`}
          aria-label={`Search ${title.toLowerCase()}`}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {counts.isPending && Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={14} my={7} />)}
      {shown.map((facet) => (
        <Choice
          key={facet.value}
          name={facet.name}
          count={facet.count}
          share={facet.count / largest}
          pressed={chosen.includes(facet.name)}
          onClick={() => onFilter(toggleName(filter, by, facet.name))}
        />
      ))}
      {data && facets.length === 0 && <p className={classes.none}>None in this result</p>}
    </FacetGroup>
  )
}

function arrange(facets: Facet[], search: string): Facet[] {
  if (facets.length <= MANY_NAMES) return facets
  const wanted = search.toLowerCase()
  return facets
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_SHOWN)
}
