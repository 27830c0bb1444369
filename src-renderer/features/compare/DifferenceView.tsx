import { COLORMAPS } from '@shared/heatmap/colormap'
import { shareDifference } from '@shared/heatmap/difference'
import { symmetricRange } from '@shared/heatmap/scale'
import { useMemo } from 'react'
import type { RelevanceMap } from '../../api/sample-queries'
import classes from './CompareScreen.module.css'
import { PaneLegend } from './PaneLegend'
import { PanePicture } from './PanePicture'
import type { PaneContent } from './pane-contents'
import { paneRanges } from './pane-ranges'
import { type PaneView, paneLetter } from './pane-view'

interface DifferenceViewProps {
  contents: readonly PaneContent[]
  view: PaneView
  /** Places of the pane that is subtracted from, and of the one that is. */
  a: number
  b: number
}

/** Two panes and what the one has more than the other, patch by patch. */
export function DifferenceView({ contents, view, a, b }: DifferenceViewProps) {
  const ranges = paneRanges(contents, view.scale)
  const [first, second] = [contents[a], contents[b]]
  const [mapA, mapB] = [first?.map ?? null, second?.map ?? null]
  const difference = useMemo(() => differenceOf(mapA, mapB), [mapA, mapB])
  if (!first || !second) return null
  const range = difference ? symmetricRange(difference.values) : { low: 0, high: 0 }
  const title = `${paneLetter(a)} − ${paneLetter(b)}`
  const missing =
    mapA && mapB ? 'Their patch grids differ, so that patches have no partners.' : 'Both panes need a map.'
  return (
    <div className={classes.panes} data-count={3} data-below>
      {[first, second].map((content, i) => {
        const place = i === 0 ? a : b
        const own = ranges[place] ?? { low: 0, high: 0 }
        return (
          <section key={i} className={classes.pane} aria-label={`Pane ${paneLetter(place)}`}>
            <header className={classes.head}>
              <span className={classes.letter}>{paneLetter(place)}</span>
              <span className={classes.title}>{content.what}</span>
              <span className={classes.aside}>{content.aside || content.row?.path}</span>
            </header>
            <div className={classes.room}>
              <PanePicture content={content} view={view} map={content.map} range={own} colormap={view.colormap} />
            </div>
            <PaneLegend content={content} view={view} map={content.map} range={own} colormap={view.colormap} />
          </section>
        )
      })}
      <section className={classes.pane} aria-label="Difference">
        <header className={classes.head}>
          <span className={classes.letter}>{title}</span>
          <span className={classes.title}>Difference of shares</span>
        </header>
        <div className={classes.room}>
          {difference || !mapA || !mapB ? (
            <PanePicture content={first} view={view} map={difference} range={range} colormap={COLORMAPS.rdbu} />
          ) : null}
          {!difference && !first.pending && !second.pending && <p className={classes.note}>{missing}</p>}
        </div>
        <PaneLegend
          content={first}
          view={view}
          map={difference}
          range={range}
          colormap={COLORMAPS.rdbu}
          label={`${title}, difference of shares`}
        />
      </section>
      <p className={classes.below}>
        Each map is divided by the sum of its patches first. Red: {paneLetter(a)} has the larger share; blue:{' '}
        {paneLetter(b)}.
      </p>
    </div>
  )
}

/** Null without two maps over the same grid. */
function differenceOf(a: RelevanceMap | null, b: RelevanceMap | null): RelevanceMap | null {
  if (!a || !b || a.grid[0] !== b.grid[0] || a.grid[1] !== b.grid[1]) return null
  return { grid: a.grid, values: shareDifference(a.values, b.values) }
}
