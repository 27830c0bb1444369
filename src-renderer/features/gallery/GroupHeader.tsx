import type { SampleGroup } from '../../api/grouping'
import { formatCount } from '../../ui/format'
import classes from './SampleGrid.module.css'

/** Begins a group. The sticky one, at the upper edge, repeats the header of the group in sight. */
export function GroupHeader({ group, top, sticky }: { group: SampleGroup; top?: number; sticky?: boolean }) {
  return (
    <div
      role={sticky ? 'presentation' : 'row'}
      aria-hidden={sticky}
      className={sticky ? classes.stickyHeader : classes.header}
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
    >
      <span role={sticky ? 'presentation' : 'rowheader'} className={classes.group}>
        {group.name} <span className={classes.members}>{formatCount(group.count)}</span>
      </span>
    </div>
  )
}
