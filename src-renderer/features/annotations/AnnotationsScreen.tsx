import { useAgreement, useAnnotationState } from '../../api/annotation-queries'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { ErrorMessage } from '../../ui/Messages'
import { AnnotationTable } from './AnnotationTable'
import classes from './AnnotationsScreen.module.css'
import { Conflicts } from './Conflicts'
import { FileMenu } from './FileMenu'
import { ReviewerField } from '../../shared/annotating/ReviewerField'
import { SaveStatus } from '../../shared/annotating/SaveStatus'
import { TermLists } from './TermLists'
import { annotationsState } from './annotations-view'
import { Loading } from '../../ui/Loading'
import { Segments } from '../../ui/Segments'

/** Everything that reviewers have said: a table, conflicts between them, and the lists that they choose from. */
export default function AnnotationsScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(annotationsState)
  const state = useAnnotationState()
  const open = useAgreement().data?.conflicts.filter(({ settled }) => !settled).length
  usePageTitle('Annotations', run.name)
  if (state.isLoadingError) return <ErrorMessage error={state.error} retry={state.refetch} />
  return (
    <div className={classes.screen}>
      <header className={classes.bar}>
        <h1 className={classes.title}>Annotations</h1>
        <Segments
          label="Part"
          quiet
          value={view.part}
          options={{
            samples: 'Samples',
            conflicts: open ? `Conflicts (${open})` : 'Conflicts',
            lists: 'Tags and verdicts',
          }}
          onChange={(part) => change({ part })}
        />
        <span className={classes.end}>
          <SaveStatus />
          {state.data && <ReviewerField reviewer={state.data.reviewer} />}
          <FileMenu run={run} filter={view.part === 'samples' ? view.filter : ''} />
        </span>
      </header>
      {view.part === 'samples' && <AnnotationTable run={run} view={view} change={change} />}
      {view.part === 'conflicts' && <Conflicts run={run} />}
      {view.part === 'lists' && !state.data && <Loading what="Loading the lists" height={240} m="lg" />}
      {view.part === 'lists' && state.data && <TermLists state={state.data} />}
    </div>
  )
}
