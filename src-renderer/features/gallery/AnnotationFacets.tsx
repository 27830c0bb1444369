import { useAnnotationFacets, useAnnotationState } from '../../api/annotation-queries'
import { TermDot } from '../../ui/TermDot'
import { chosenNames, toggleName, withoutFields } from '../../ui/filter/filter-terms'
import { Choice, FacetGroup, type FacetsProps } from './FacetChoice'
import classes from './Facets.module.css'

/** Counts of the current result by tag and by verdict. Verdicts are listed from the first one that was given. */
export function AnnotationFacets(props: FacetsProps) {
  const given = useAnnotationFacets(props.runId, '').data?.verdicts.some(({ count }) => count > 0) ?? false
  return (
    <>
      <TermFacet {...props} by="tag" title="Tag" none="None yet. Press a digit on a sample to make one." />
      {(given || chosenNames(props.filter, 'verdict').length > 0) && (
        <TermFacet {...props} by="verdict" title="Verdict" none="None" />
      )}
    </>
  )
}

interface TermFacetProps extends FacetsProps {
  by: 'tag' | 'verdict'
  title: string
  /** What stands in place of an empty list. */
  none: string
}

/** Counts the result as it would be without its own choice, so that the other choices stay in sight. */
function TermFacet({ runId, filter, onFilter, by, title, none }: TermFacetProps) {
  const counts = useAnnotationFacets(runId, withoutFields(filter, [by]))
  const { data } = counts
  const terms = useAnnotationState().data
  const colours = new Map((by === 'tag' ? terms?.tags : terms?.verdicts)?.map(({ name, colour }) => [name, colour]))
  const facets = (by === 'tag' ? data?.tags : data?.verdicts) ?? []
  const chosen = chosenNames(filter, by)
  return (
    <FacetGroup title={title} counts={counts}>
      {facets.map(({ value, name, count }) => (
        <Choice
          key={value}
          name={name}
          icon={<TermDot colour={colours.get(name)} />}
          count={count}
          pressed={chosen.includes(name)}
          onClick={() => onFilter(toggleName(filter, by, name))}
        />
      ))}
      {data && facets.length === 0 && <p className={classes.none}>{none}</p>}
    </FacetGroup>
  )
}
