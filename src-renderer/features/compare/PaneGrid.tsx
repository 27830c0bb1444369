import { ActionIcon, Button, Tooltip } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { METHOD_IDS } from '@headlight/explain/methods'
import { IconPlus, IconX } from '@tabler/icons-react'
import { Link } from 'wouter'
import { links } from '../../base/links'
import { writeTarget } from '../../base/target-text'
import { OutcomeMark } from '../../ui/Outcome'
import { PathName } from '../../ui/PathName'
import classes from './CompareScreen.module.css'
import { PaneEditor } from './PaneEditor'
import { PaneLegend } from './PaneLegend'
import { PanePicture } from './PanePicture'
import type { PaneContent } from './pane-contents'
import { paneRanges } from './pane-ranges'
import { type PaneView, paneLetter } from './pane-view'
import { MAX_PANES, type Pane } from '../../shared/pins/panes'

interface PaneGridProps {
  contents: readonly PaneContent[]
  view: PaneView
  runs: readonly RunInfo[]
  /** Null takes the pane off. */
  onChange: (index: number, pane: Pane | null) => void
  onAdd: (pane: Pane) => void
}

/** All panes side by side. */
export function PaneGrid({ contents, view, runs, onChange, onAdd }: PaneGridProps) {
  const ranges = paneRanges(contents, view.scale)
  const last = contents.at(-1)
  return (
    <div className={classes.panes} data-count={contents.length}>
      {contents.map((content, index) => {
        const { pane, row, run } = content
        const range = ranges[index] ?? { low: 0, high: 0 }
        return (
          <section key={index} className={classes.pane} aria-label={`Pane ${paneLetter(index)}`}>
            <header className={classes.head}>
              <span className={classes.letter}>{paneLetter(index)}</span>
              <PaneEditor content={content} runs={runs} onChange={(next) => onChange(index, next)} />
              {row && run && (
                <Link className={classes.file} href={sampleLink(content)}>
                  <OutcomeMark correct={row.correct} />
                  <PathName name={row.path} />
                </Link>
              )}
              {index === contents.length - 1 && contents.length < MAX_PANES && last && (
                <Tooltip label="Another pane of this sample">
                  <ActionIcon
                    aria-label="Add a pane"
                    size="sm"
                    onClick={() => onAdd(anotherMethod(last.pane, contents))}
                  >
                    <IconPlus size={15} />
                  </ActionIcon>
                </Tooltip>
              )}
              <Tooltip label="Take this pane off">
                <ActionIcon
                  aria-label={`Take pane ${paneLetter(index)} off`}
                  size="sm"
                  onClick={() => onChange(index, null)}
                >
                  <IconX size={15} />
                </ActionIcon>
              </Tooltip>
            </header>
            <div className={classes.room}>
              <PanePicture content={content} view={view} map={content.map} range={range} colormap={view.colormap} />
            </div>
            <PaneLegend content={content} view={view} map={content.map} range={range} colormap={view.colormap} />
            {pane.map.kind !== 'image' && !content.pending && !content.error && !content.map && row && (
              <p className={classes.note}>This run has no such map of the sample yet.</p>
            )}
          </section>
        )
      })}
      {contents.length === 1 && last && (
        <div className={classes.lone}>
          <p>One pane is pinned. Pin another, or set this sample’s next method beside it.</p>
          <Button onClick={() => onAdd(anotherMethod(last.pane, contents))}>Add a pane</Button>
        </div>
      )}
    </div>
  )
}

/** The sample of a pane with the first method that no pane has of it. */
function anotherMethod(pane: Pane, contents: readonly PaneContent[]): Pane {
  const run = contents.find(({ pane: other }) => other === pane)?.run
  if (run?.model.noMaps !== undefined) return { ...pane, map: { kind: 'image' } }
  const taken = contents.flatMap(({ pane: { map } }) => (map.kind === 'method' ? [map.method] : []))
  const free = [...(run?.definition.methods ?? []), ...METHOD_IDS].find((method) => !taken.includes(method))
  return { ...pane, map: { kind: 'method', method: free ?? 'rollout' } }
}

function sampleLink({ pane: { map, target, runId, sampleId } }: PaneContent): string {
  const of = target ? writeTarget(target) : ''
  if (map.kind === 'method') return links.sample(runId, sampleId, { method: map.method, target: of })
  if (map.kind === 'image') return links.sample(runId, sampleId, { overlay: false })
  return links.sample(runId, sampleId, { head: `${map.layer}.${map.head}`, patch: map.patch })
}
