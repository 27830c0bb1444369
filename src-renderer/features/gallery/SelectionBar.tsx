import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { useRef, useState } from 'react'
import { notify } from '../../api/live'
import { annotate } from '../../api/annotate'
import { useAnnotationState } from '../../api/annotation-queries'
import { useCommands } from '../../base/commands'
import { selectSamples, useSelection } from '../../base/selection'
import { formatCount } from '../../ui/format'
import { selectionCommands } from './commands'
import classes from './SelectionBar.module.css'
import { SelectionCompare } from './SelectionCompare'
import { SelectionFigure } from '../../shared/figures/SelectionFigure'
import { TagField } from './TagField'

/** What can be done with the chosen samples; nothing while none is chosen. */
export function SelectionBar({ run }: { run: RunInfo }) {
  const chosen = useSelection(run.id)
  if (chosen.size === 0) return null
  return <Bar run={run} chosen={chosen} />
}

function Bar({ run, chosen }: { run: RunInfo; chosen: ReadonlySet<number> }) {
  const runId = run.id
  const [tag, setTag] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const terms = useAnnotationState()
  const clear = () => selectSamples(runId, [])
  useCommands(selectionCommands, { tag: () => field.current?.focus(), none: clear })

  const apply = async (name: string, on: boolean) => {
    const wanted = name.trim()
    if (wanted === '') return
    // Back to the samples: they stay chosen.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    const saved = await annotate([{ kind: 'tag', ids: Uint32Array.from(chosen), tag: wanted, on }], runId)
    if (!saved) return notify('error', `${formatCount(chosen.size)} samples could not be tagged.`)
    setTag('')
    notify('info', `${formatCount(chosen.size)} samples ${on ? 'tagged' : 'no longer tagged'} “${wanted}”. Saved.`)
  }
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selection">
      <strong>{formatCount(chosen.size)} chosen</strong>
      <TagField
        field={field}
        run={run}
        tags={terms.data?.tags ?? []}
        value={tag}
        onChange={setTag}
        onTag={(name) => void apply(name, true)}
      />
      <Button size="xs" disabled={tag.trim() === ''} onClick={() => void apply(tag, true)}>
        Add tag
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        disabled={tag.trim() === ''}
        onClick={() => void apply(tag, false)}
      >
        Remove tag
      </Button>
      <SelectionCompare runId={runId} chosen={chosen} />
      <SelectionFigure size="xs" variant="subtle" color="gray" run={run} chosen={chosen} />
      <Button size="xs" variant="subtle" color="gray" onClick={clear}>
        Clear
      </Button>
    </div>
  )
}
