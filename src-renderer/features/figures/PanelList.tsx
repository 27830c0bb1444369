import { dependsOnTarget } from '@shared/target-fits'
import { ActionIcon, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Panel } from '@shared/figure/recipe'
import { hasHeadMaps, headsOf } from '@headlight/explain/report'
import { METHOD_IDS, METHODS, type MethodId } from '@headlight/explain/methods'
import { parseTarget, targetText } from '@shared/targets'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import { useProject } from '../../api/queries'
import { TargetChoice } from '../../ui/TargetChoice'
import classes from './FiguresScreen.module.css'

interface PanelListProps {
  run: RunInfo
  panels: Panel[]
  onChange: (panels: Panel[]) => void
}

const MOST = 16
const KINDS: Record<Panel['kind'], string> = {
  image: 'Picture',
  method: 'Method',
  head: 'Head',
  difference: 'Difference',
  mask: 'Mask',
}

/** The panels of each sample, in order. */
export function PanelList({ run, panels, onChange }: PanelListProps) {
  const replace = (index: number, panel: Panel) => onChange(panels.with(index, panel))
  const swap = (index: number, other: number) => {
    const [one, two] = [panels[index], panels[other]]
    if (one && two) onChange(panels.with(index, two).with(other, one))
  }
  return (
    <>
      <ol className={classes.panels}>
        {panels.map((panel, index) => (
          <li key={index}>
            <div className={classes.panelLine}>
              <NativeSelect
                size="xs"
                aria-label={`Kind of panel ${index + 1}`}
                value={panel.kind}
                data={kindsOf(run, panel.kind)}
                onChange={(event) => replace(index, panelOf(event.currentTarget.value as Panel['kind'], run))}
              />
              <ActionIcon aria-label="Earlier" disabled={index === 0} onClick={() => swap(index, index - 1)}>
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                aria-label="Later"
                disabled={index === panels.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon
                aria-label={`Remove panel ${index + 1}`}
                disabled={panels.length === 1}
                onClick={() => onChange(panels.toSpliced(index, 1))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </div>
            <PanelFields run={run} panel={panel} onChange={(next) => replace(index, next)} />
            <TextInput
              size="xs"
              aria-label={`Title of panel ${index + 1}`}
              placeholder="Title: as usual"
              value={panel.title ?? ''}
              onChange={(event) => replace(index, { ...panel, title: event.currentTarget.value || undefined })}
            />
          </li>
        ))}
      </ol>
      <NativeSelect
        size="xs"
        aria-label="Add a panel"
        disabled={panels.length >= MOST}
        value=""
        data={[{ value: '', label: 'Add a panel…' }, ...kindsOf(run)]}
        onChange={(event) => {
          const kind = event.currentTarget.value
          if (kind !== '') onChange([...panels, panelOf(kind as Panel['kind'], run)])
        }}
      />
    </>
  )
}

/** The kinds that a run has: a head is offered only where its attention is a map. The kind that is shown is always among them. */
const kindsOf = ({ model }: RunInfo, shown?: Panel['kind']) =>
  Object.entries(KINDS)
    .filter(([kind]) => kind !== 'head' || kind === shown || hasHeadMaps(model))
    .map(([value, label]) => ({ value, label }))

function PanelFields({ run, panel, onChange }: { run: RunInfo; panel: Panel; onChange: (panel: Panel) => void }) {
  const runs = useProject().data?.runs ?? []
  // What the run has not computed is computed when the figure is drawn.
  const methods = METHOD_IDS.map((id) => ({ value: id, label: METHODS[id].name }))
  const method = (label: string, value: MethodId, choose: (method: MethodId) => void) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value={value}
      data={methods}
      onChange={(event) => choose(event.currentTarget.value as MethodId)}
    />
  )
  const count = (label: string, value: number, limit: number, choose: (value: number) => void) => (
    <NumberInput
      size="xs"
      label={label}
      min={0}
      max={limit - 1}
      clampBehavior="strict"
      value={value}
      onChange={(next) => typeof next === 'number' && choose(next)}
    />
  )
  const ofRun = (label: string, value: string | undefined, choose: (run: string | undefined) => void) =>
    runs.length > 1 && (
      <NativeSelect
        size="xs"
        aria-label={label}
        value={value ?? ''}
        data={[
          { value: '', label: 'The figure’s run' },
          ...runs.filter(({ id }) => id !== run.id).map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(event) => choose(event.currentTarget.value || undefined)}
      />
    )
  switch (panel.kind) {
    case 'image':
    case 'mask':
      return null
    case 'method':
      return (
        <>
          {method('Method', panel.method, (chosen) => onChange({ ...panel, method: chosen }))}
          <PanelTarget run={run} panel={panel} onChange={onChange} />
          {ofRun('Run', panel.run, (chosen) => onChange({ ...panel, run: chosen }))}
        </>
      )
    case 'head':
      return (
        <>
          <div className={classes.pair}>
            {count('Layer', panel.layer, run.model.layers, (layer) => onChange({ ...panel, layer }))}
            {count('Head', panel.head, headsOf(run.model, panel.layer), (head) => onChange({ ...panel, head }))}
          </div>
          {ofRun('Run', panel.run, (chosen) => onChange({ ...panel, run: chosen }))}
        </>
      )
    case 'difference':
      return (
        <>
          <div className={classes.pair}>
            {method('This method', panel.a, (a) => onChange({ ...panel, a }))}
            {method('Less this one', panel.b, (b) => onChange({ ...panel, b }))}
            {ofRun('Its run', panel.run, (chosen) => onChange({ ...panel, run: chosen }))}
            {ofRun('The other’s run', panel.runB, (chosen) => onChange({ ...panel, runB: chosen }))}
          </div>
          <PanelTarget run={run} panel={panel} onChange={onChange} />
        </>
      )
  }
}

interface PanelTargetProps {
  run: RunInfo
  panel: Extract<Panel, { target?: string | undefined }>
  onChange: (panel: Panel) => void
}

/** What the maps of a panel explain, where that makes a difference; those of another target than the run's are computed when the figure is drawn. */
function PanelTarget({ run, panel, onChange }: PanelTargetProps) {
  const methods = panel.kind === 'method' ? [panel.method] : [panel.a, panel.b]
  if (!methods.some((method) => dependsOnTarget(method, run.model))) return null
  const { labels } = run.definition
  const read = panel.target === undefined ? null : parseTarget(panel.target, labels)
  return (
    <TargetChoice
      run={run}
      target={read && 'target' in read ? read.target : null}
      onChange={(target) => onChange({ ...panel, target: target ? targetText(target, labels) : undefined })}
    />
  )
}

function panelOf(kind: Panel['kind'], run: RunInfo): Panel {
  const [first = 'gmar_l1', second = first] = run.definition.methods
  switch (kind) {
    case 'image':
    case 'mask':
      return { kind }
    case 'method':
      return { kind, method: first }
    case 'head':
      return { kind, layer: run.model.layers - 1, head: 0 }
    case 'difference':
      return { kind, a: first, b: second }
  }
}
