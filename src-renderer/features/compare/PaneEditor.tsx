import { Button, NativeSelect, NumberInput, Popover } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { headsOf, hasHeadMaps } from '@headlight/explain/report'
import { METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { IconChevronDown } from '@tabler/icons-react'
import { TargetChoice } from '../../ui/TargetChoice'
import classes from './CompareScreen.module.css'
import type { PaneContent } from './pane-contents'
import type { Pane, PaneMap } from '../../shared/pins/panes'

interface PaneEditorProps {
  content: PaneContent
  runs: readonly RunInfo[]
  onChange: (pane: Pane) => void
}

/** The name of a pane, which opens the choice of its run, map and target. */
export function PaneEditor({ content, runs, onChange }: PaneEditorProps) {
  const { pane, run, what, aside } = content
  const { map } = pane
  const setMap = (next: PaneMap) => onChange({ ...pane, map: next })
  const setHead = (part: { layer: number } | { head: number }) => {
    if (map.kind === 'head') setMap({ ...map, ...part, patch: null })
  }
  return (
    <Popover position="bottom-start" width={320} withinPortal shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          className={classes.name}
          rightSection={<IconChevronDown size={13} aria-hidden />}
          title={`${what} ${aside}`.trim()}
        >
          {what}
          {aside !== '' && <span className={classes.aside}>&nbsp;{aside}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.editor}>
        {runs.length > 1 && (
          <NativeSelect
            size="xs"
            label="Run"
            value={String(pane.runId)}
            data={runs.map(({ id, name }) => ({ value: String(id), label: name }))}
            onChange={(event) => onChange({ ...pane, runId: Number(event.currentTarget.value) })}
          />
        )}
        <NativeSelect
          size="xs"
          label="Map"
          value={map.kind === 'method' ? map.method : map.kind}
          data={[
            ...(run?.model.noMaps === undefined
              ? [
                  ...METHOD_IDS.map((id) => ({
                    value: id,
                    label: METHODS[id].name + (run?.definition.methods.includes(id) ? '' : ' (computed on demand)'),
                  })),
                  ...(hasHeadMaps(run?.model ?? {}) ? [{ value: 'head', label: 'Attention of a head' }] : []),
                ]
              : []),
            { value: 'image', label: 'Picture alone' },
          ]}
          onChange={(event) => setMap(mapOf(event.currentTarget.value, run))}
        />
        {map.kind === 'head' && run && (
          <div className={classes.pair}>
            <NumberInput
              size="xs"
              label="Layer"
              min={0}
              max={run.model.layers - 1}
              clampBehavior="strict"
              value={map.layer}
              onChange={(layer) => typeof layer === 'number' && setHead({ layer })}
            />
            <NumberInput
              size="xs"
              label="Head"
              min={0}
              max={headsOf(run.model, map.layer) - 1}
              clampBehavior="strict"
              value={map.head}
              onChange={(head) => typeof head === 'number' && setHead({ head })}
            />
          </div>
        )}
        {map.kind === 'method' && run && (
          <div>
            <p className={classes.fieldName}>Target</p>
            <TargetChoice run={run} target={pane.target} onChange={(target) => onChange({ ...pane, target })} />
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function mapOf(value: string, run: RunInfo | null): PaneMap {
  if (value === 'image') return { kind: 'image' }
  if (value === 'head') return { kind: 'head', layer: (run?.model.layers ?? 1) - 1, head: 0, patch: null }
  return { kind: 'method', method: value as MethodId }
}
