import { Button, Popover } from '@mantine/core'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { targetName } from '@shared/targets'
import { IconFocus2 } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { TargetChoice } from '../../ui/TargetChoice'
import classes from './DisplayBar.module.css'

interface GalleryTargetProps {
  run: RunInfo
  /** Null for the run's own. */
  target: TargetPolicy | null
  disabled: boolean
  onChange: (target: TargetPolicy | null) => void
}

/** What the maps of all tiles explain, behind a button: the bar has no room for two lists. */
export function GalleryTarget({ run, target, disabled, onChange }: GalleryTargetProps) {
  const { labels, target: own } = run.definition
  const button = useRef<HTMLButtonElement>(null)
  const [opened, setOpened] = useState(false)
  const show = (next: boolean) => {
    setOpened(next)
    // The popover returns the focus to its button; here the grid gets it, as after every other choice of the bar.
    if (!next) queueMicrotask(() => button.current?.blur())
  }
  const choose = (next: TargetPolicy | null) => {
    // A single class may still get a class to be explained against; every other target is complete.
    if (next?.kind !== 'class') show(false)
    onChange(next)
  }
  return (
    <Popover
      opened={opened}
      onChange={show}
      position="bottom"
      width={320}
      withinPortal
      shadow="md"
      trapFocus
      // Closed at once, so that keys go to the grid again.
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          ref={button}
          size="xs"
          variant={target ? 'light' : 'default'}
          className={classes.targetButton}
          aria-label={target ? `Target: ${targetName(target, labels)}` : 'Target'}
          disabled={disabled}
          onClick={() => show(!opened)}
          // The popover has the focus only a moment later.
          onKeyDown={({ key }) => key === 'Escape' && opened && show(false)}
          title={`Maps explain: ${targetName(target ?? own, labels)}`}
        >
          <span className={classes.targetWord}>{target ? targetName(target, labels) : 'Target'}</span>
          <IconFocus2 className={classes.targetSign} size={16} stroke={1.7} aria-hidden />
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.chooser}>
        <TargetChoice run={run} target={target} withinPopover onChange={choose} />
        <p className={classes.hint}>
          The run has maps for its own target. For another one they are computed for the samples in sight.
        </p>
      </Popover.Dropdown>
    </Popover>
  )
}
