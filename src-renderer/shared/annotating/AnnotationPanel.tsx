import { useCallbackRef } from '@mantine/hooks'
import type { Annotation } from '@shared/api'
import { useEffect, useRef } from 'react'
import { annotate } from '../../api/annotate'
import { hasTag, useAnnotationState, useAnnotations } from '../../api/annotation-queries'
import { useProject } from '../../api/queries'
import { useCommands } from '../../base/commands'
import { ErrorMessage } from '../../ui/Messages'
import { Panel } from '../../ui/Panel'
import classes from './Annotations.module.css'
import { NoteField } from './NoteField'
import { RegionList } from './RegionList'
import { ReviewerField } from './ReviewerField'
import { SaveStatus } from './SaveStatus'
import { TagChips } from './TagChips'
import { VerdictField } from './VerdictField'
import { annotationCommands } from './commands'
import { saveLeftDrafts } from './note-drafts'
import { tagOfKey } from './offered-tag'
import { chooseRegion, regionsOf, toggleTool, useRegionTool } from './region-tool'
import { Loading } from '../../ui/Loading'

/** One empty list for all samples without annotations, so that their panels are not rendered again. */
const NOTHING: Annotation[] = []

interface AnnotationPanelProps {
  runId: number
  sampleId: number
  /** Explains the class that is shown over a region, where the model can be asked that. */
  onExplainRegion?: (region: string) => void
}

/**
 * What is said about a sample, and the keys that say it: tags by digit, verdict, note, regions. The panel stays from sample
 * to sample, so that a key finds its field however fast one walks.
 */
export function AnnotationPanel({ runId, sampleId, onExplainRegion }: AnnotationPanelProps) {
  const state = useAnnotationState()
  const said = useAnnotations(sampleId)
  const project = useProject().data?.path
  const { chosen } = useRegionTool()
  const note = useRef<HTMLTextAreaElement>(null)
  const verdict = useRef<HTMLInputElement>(null)
  const reviewer = state.data?.reviewer
  const annotations = said.data?.length ? said.data : NOTHING
  const ids = Uint32Array.of(sampleId)

  useEffect(() => {
    chooseRegion(null)
    useRegionTool.setState({ tool: null })
  }, [sampleId])
  useEffect(() => {
    if (project !== undefined && reviewer !== undefined) saveLeftDrafts(project, reviewer)
  }, [project, reviewer])

  const toggle = (tag: string, on: boolean) => void annotate([{ kind: 'tag', tag, ids, on }], runId)
  const toggleChip = useCallbackRef(toggle)
  const toggleByKey = async (key: string) => {
    if (!state.data) return
    const tag = tagOfKey(state.data.tags, { key, ids, runId })?.name
    if (tag === undefined) return
    // A key that comes before the sample's annotations is answered once they are known.
    toggle(tag, !(await hasTag(sampleId, tag, state.data.reviewer)))
  }
  const own = regionsOf(annotations).find(({ region, reviewer: whose }) => region === chosen && whose === reviewer)
  const judge = useCallbackRef((verdict: string | null) => void annotate([{ kind: 'verdict', verdict, ids }], runId))
  const write = ({ region, shape }: Annotation, text: string, keep: boolean) => {
    if (region !== null)
      void annotate([{ kind: 'region', id: sampleId, region, shape: keep ? shape : null, text }], runId)
  }
  const rename = useCallbackRef((region: Annotation, name: string) => write(region, name, true))
  const remove = useCallbackRef((region: Annotation) => write(region, region.text, false))

  useCommands(annotationCommands, {
    tag: (key) => void toggleByKey(key),
    verdict: () => {
      verdict.current?.focus()
      verdict.current?.click()
    },
    note: () => note.current?.focus(),
    rectangle: () => toggleTool('rectangle'),
    polygon: () => toggleTool('polygon'),
    remove: own ? () => remove(own) : null,
  })

  if (state.isLoadingError) return <ErrorMessage error={state.error} retry={state.refetch} />
  if (said.isLoadingError) return <ErrorMessage error={said.error} retry={said.refetch} />
  if (!state.data || project === undefined) {
    return <Loading what="Loading annotations" height={220} />
  }
  return (
    <Panel
      title="Annotations"
      aside={
        <span className={classes.aside}>
          <SaveStatus />
          <ReviewerField reviewer={state.data.reviewer} />
        </span>
      }
    >
      <div className={classes.panel} aria-busy={!said.data}>
        <TagChips
          tags={state.data.tags}
          reviewer={state.data.reviewer}
          annotations={annotations}
          onToggle={toggleChip}
        />
        <VerdictField
          field={verdict}
          verdicts={state.data.verdicts}
          reviewer={state.data.reviewer}
          annotations={annotations}
          onChoose={judge}
        />
        <NoteField
          field={note}
          project={project}
          reviewer={state.data.reviewer}
          sampleId={sampleId}
          known={said.data !== undefined}
          saved={annotations.find(({ kind, reviewer: whose }) => kind === 'note' && whose === reviewer)?.text ?? ''}
        />
        {annotations
          .filter(({ kind, reviewer: whose }) => kind === 'note' && whose !== reviewer)
          .map(({ reviewer: whose, text }) => (
            <p key={whose} className={classes.said}>
              {whose}: {text}
            </p>
          ))}
        <RegionList
          reviewer={state.data.reviewer}
          annotations={annotations}
          onRename={rename}
          onDelete={remove}
          onExplain={onExplainRegion}
        />
      </div>
    </Panel>
  )
}
