import { Button, Popover } from '@mantine/core'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { targetName } from '@shared/targets'
import { IconFocus2 } from '@tabler/icons-react'
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
  return (
    <Popover position="bottom" width={320} withinPortal shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant={target ? 'light' : 'default'}
          className={classes.targetButton}
          aria-label="Target"
          disabled={disabled}
          title={`Maps explain: ${targetName(target ?? own, labels)}`}
        >
          <span className={classes.targetWord}>Target</span>
          <IconFocus2 className={classes.targetSign} size={16} stroke={1.7} aria-hidden />
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.chooser}>
        <TargetChoice run={run} target={target} onChange={onChange} />
        <p className={classes.hint}>
          The run has maps for its own target. For another one they are computed for the samples in sight.
        </p>
      </Popover.Dropdown>
    </Popover>
  )
}
