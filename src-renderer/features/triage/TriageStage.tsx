import { Button, NativeSelect, Progress, UnstyledButton } from '@mantine/core'
import { useCallbackRef } from '@mantine/hooks'
import { type RunInfo, type TargetPolicy, imageUrls } from '@shared/api'
import { COLORMAPS, DEFAULT_COLORMAP } from '@shared/heatmap/colormap'
import { METHODS } from '@headlight/explain/methods'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useMemo, useRef } from 'react'
import { annotate } from '../../api/annotate'
import { hasTag, useAnnotationState, useAnnotations } from '../../api/annotation-queries'
import { useProject } from '../../api/queries'
import { useSampleDetail } from '../../api/sample-queries'
import { useCommands } from '../../base/commands'
import { readTarget, writeTarget } from '../../base/target-text'
import type { ChangeState } from '../../base/url-state'
import { DetectionBox } from '../../heatmap/DetectionBox'
import { Picture } from '../../heatmap/Picture'
import { mapOpacity } from '../../heatmap/map-opacity'
import { mapRange } from '../../heatmap/map-range'
import { nextMethod, shownMethod } from '../../heatmap/shown-method'
import { boxLabel } from '../../ui/box-label'
import { BackButton } from '../../ui/BackButton'
import { formatCount } from '../../ui/format'
import { TargetChoice } from '../../ui/TargetChoice'
import { usePrefetchedSamples } from '../../shared/prefetch'
import annotationClasses from '../../shared/annotating/Annotations.module.css'
import { NoteField } from '../../shared/annotating/NoteField'
import { RegionLayer } from '../../shared/annotating/RegionLayer'
import { SaveStatus } from '../../shared/annotating/SaveStatus'
import { TagChips } from '../../shared/annotating/TagChips'
import classes from './Triage.module.css'
import { TriageFacts } from './TriageFacts'
import type { triageState } from '../../base/view'
import { triageCommands } from './commands'
import { tagOfKey, verdictOfKey } from '../../shared/annotating/offered-tag'
import { useTriageMap } from './triage-map'

type Shown = typeof triageState.defaults

interface TriageStageProps {
  run: RunInfo
  ids: Uint32Array
  id: number
  view: Shown
  change: ChangeState<Shown>
  onLeave: () => void
}

/** The sample that is judged now, the keys that judge it, and how far the result is. */
export function TriageStage({ run, ids, id, view, change, onLeave }: TriageStageProps) {
  const state = useAnnotationState().data
  const said = useAnnotations(id).data
  const project = useProject().data?.path
  const detail = useSampleDetail(run.id, id).data
  const note = useRef<HTMLTextAreaElement>(null)
  const index = ids.indexOf(id)
  const method = shownMethod(view.method, run.definition.methods)
  const target = useMemo(() => readTarget(view.target), [view.target])
  const setTarget = useCallbackRef((to: TargetPolicy | null) => change({ target: to ? writeTarget(to) : '' }))
  const [previous, next] = [ids[index - 1], ids[index + 1]]
  usePrefetchedSamples(run.id, [next, previous])
  const {
    map,
    detection,
    note: about,
  } = useTriageMap({ run, id, next, detail, method: view.overlay ? method : null, target })

  const go = (to: number | undefined) => to !== undefined && change({ at: to })
  const goOn = () => change(next === undefined ? { summary: true } : { at: next })
  const mine = said?.filter(({ reviewer }) => reviewer === state?.reviewer) ?? []
  const verdict = mine.find(({ kind }) => kind === 'verdict')?.text
  const idsOf = Uint32Array.of(id)
  const judge = (name: string) => {
    void annotate([{ kind: 'verdict', ids: idsOf, verdict: name }], run.id)
    if (view.advance !== 'never') goOn()
  }
  const tag = (name: string, on: boolean) => {
    void annotate([{ kind: 'tag', tag: name, ids: idsOf, on }], run.id)
    if (view.advance === 'any' && on) goOn()
  }
  const tagByKey = async (key: string) => {
    if (!state) return
    const onTagged = () => view.advance === 'any' && goOn()
    const term = tagOfKey(state.tags, { key, ids: idsOf, runId: run.id, onTagged })
    if (term) tag(term.name, !(await hasTag(id, term.name, state.reviewer)))
  }
  useCommands(triageCommands, {
    tag: (key) => void tagByKey(key),
    verdict: (key) => {
      const term = state && verdictOfKey(state.verdicts, key, run.id)
      if (term) judge(term.name)
    },
    next: goOn,
    previous: previous === undefined ? null : () => go(previous),
    note: () => note.current?.focus(),
    overlay: () => change({ overlay: !view.overlay }),
    method: method && (() => change({ method: nextMethod(method, run.definition.methods) })),
    leave: onLeave,
  })

  const row = detail?.row
  return (
    <div className={classes.screen} role="region" aria-label="Triage" style={mapOpacity(80)}>
      <header className={classes.bar}>
        <BackButton onClick={onLeave} />
        <Progress
          className={classes.progress}
          size={6}
          value={((index + 1) / ids.length) * 100}
          aria-label={`Sample ${index + 1} of ${ids.length}`}
        />
        <span className={classes.position} role="status" aria-label="Position">
          {formatCount(index + 1)} of {formatCount(ids.length)}
        </span>
        <SaveStatus />
        <Button size="xs" variant="subtle" color="gray" onClick={() => change({ summary: true })}>
          Summary
        </Button>
        <NativeSelect
          size="xs"
          aria-label="Go on to the next sample"
          value={view.advance}
          data={[
            { value: 'verdict', label: 'A verdict leads on' },
            { value: 'any', label: 'Verdicts and tags lead on' },
            { value: 'never', label: 'Only → leads on' },
          ]}
          onChange={(event) => change({ advance: event.currentTarget.value as Shown['advance'] })}
        />
      </header>
      <div className={classes.body}>
        <UnstyledButton
          className={classes.step}
          aria-label="Previous sample"
          disabled={previous === undefined}
          onClick={() => go(previous)}
        >
          <IconChevronLeft size={28} stroke={1.4} />
        </UnstyledButton>
        <div className={classes.room}>
          {row && (
            <Picture
              src={imageUrls.image(run.id, id)}
              alt={row.path}
              width={row.width || 1}
              height={row.height || 1}
              preprocessing={run.definition.preprocessing}
              map={map}
              range={mapRange(map, 'minmax', null)}
              colormap={COLORMAPS[DEFAULT_COLORMAP]}
              interpolation="bilinear"
              fade
              fit="stage"
            >
              {view.box && (
                <DetectionBox
                  detection={detection}
                  width={row.width}
                  height={row.height}
                  preprocessing={run.definition.preprocessing}
                  label={detection && boxLabel(run, detection, target === null ? detail?.target : undefined)}
                />
              )}
              {row.width > 0 && <RegionLayer runId={run.id} sampleId={id} width={row.width} height={row.height} />}
            </Picture>
          )}
        </div>
        <UnstyledButton
          className={classes.step}
          aria-label={next === undefined ? 'Summary' : 'Next sample'}
          onClick={goOn}
        >
          <IconChevronRight size={28} stroke={1.4} />
        </UnstyledButton>
        <aside className={classes.side} aria-label="Annotations">
          {detail && (
            <TriageFacts
              run={run}
              detail={detail}
              overlay={`${view.overlay && method ? METHODS[method].name : 'No overlay'}${about && `, ${about}`}`}
            >
              {method && <TargetChoice run={run} target={target} label={detail.row.label} onChange={setTarget} />}
            </TriageFacts>
          )}
          {state && (
            <div className={annotationClasses.chips} role="group" aria-label="Verdicts">
              {state.verdicts.map(({ id: term, name, colour, hotkey }) => (
                <UnstyledButton
                  key={term}
                  className={annotationClasses.chip}
                  style={{ '--tag': colour }}
                  aria-pressed={verdict === name}
                  onClick={() => judge(name)}
                >
                  <span className={annotationClasses.dot} aria-hidden />
                  {name}
                  {hotkey && <kbd className={annotationClasses.key}>{hotkey.toUpperCase()}</kbd>}
                </UnstyledButton>
              ))}
            </div>
          )}
          {state && project !== undefined && (
            <>
              <TagChips tags={state.tags} reviewer={state.reviewer} annotations={said ?? []} onToggle={tag} />
              <NoteField
                field={note}
                project={project}
                reviewer={state.reviewer}
                sampleId={id}
                known={said !== undefined}
                saved={mine.find(({ kind }) => kind === 'note')?.text ?? ''}
              />
            </>
          )}
        </aside>
      </div>
    </div>
  )
}
