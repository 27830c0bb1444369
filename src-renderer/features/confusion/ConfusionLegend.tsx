import { useComputedColorScheme } from '@mantine/core'
import { gradient } from '../../heatmap/ColorBar'
import { groundedColormap } from '../../heatmap/grounded-colormap'
import { formatCount, formatShare } from '../../ui/format'
import classes from './ConfusionScreen.module.css'
import type { Share } from './confusion-table'

const MEANING: Record<Share, string> = {
  count: 'samples',
  row: 'of the label’s samples',
  column: 'of the prediction’s samples',
}

/** What the colours of the cells stand for. */
export function ConfusionLegend({ share, high }: { share: Share; high: number }) {
  const scheme = useComputedColorScheme('light')
  const end = share === 'count' ? formatCount(high) : formatShare(high)
  return (
    <div className={classes.colours} role="img" aria-label={`Colours from 0 to ${end} ${MEANING[share]}`}>
      <span>0</span>
      <span className={classes.ramp} style={{ background: gradient(groundedColormap(scheme)) }} />
      <span>
        {end} {MEANING[share]}
      </span>
    </div>
  )
}
