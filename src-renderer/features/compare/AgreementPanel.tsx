import { Button, Tooltip } from '@mantine/core'
import { TOP_SHARE, mapAgreement } from '@shared/heatmap/agreement'
import { IconPhotoEdit } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { links } from '../../base/links'
import { formatCount } from '../../ui/format'
import { Panel } from '../../ui/Panel'
import { figuresState } from '../../shared/figures/figures-state'
import type { CompareState } from '../../shared/pins/compare-state'
import classes from './AgreementPanel.module.css'
import { figureOfPanes } from './figure-of-panes'
import type { PaneContent } from './pane-contents'
import { paneLetter } from './pane-view'

interface AgreementPanelProps {
  contents: readonly PaneContent[]
  state: CompareState
}

/** How far panes agree, pair by pair, and what can be made of them. */
export function AgreementPanel({ contents, state }: AgreementPanelProps) {
  const [, navigate] = useLocation()
  const figure = figureOfPanes(contents, state)
  const run = contents[0]?.pane.runId
  return (
    <aside className={classes.side} aria-label="Agreement of panes">
      <Panel title="Agreement">
        <AgreementTable contents={contents} />
      </Panel>
      <Panel title="Panes">
        <ol className={classes.list}>
          {contents.map(({ what, aside, row, run: of }, index) => (
            <li key={index}>
              <span className={classes.letter}>{paneLetter(index)}</span>
              <span>
                <strong>{what}</strong> {aside}
                <small>
                  {row?.path} · {of?.name}
                </small>
              </span>
            </li>
          ))}
        </ol>
        <Tooltip
          multiline
          w={260}
          disabled={figure?.leftOut === 0}
          label="Panes whose sample is not known are left out."
        >
          <Button
            size="xs"
            leftSection={<IconPhotoEdit size={15} aria-hidden />}
            disabled={!figure || run === undefined}
            onClick={() =>
              figure &&
              run !== undefined &&
              navigate(links.ofRun(run, '/figures', figuresState.search({ recipe: figure.recipe })))
            }
          >
            Make a figure
          </Button>
        </Tooltip>
        {figure && figure.added > 0 && (
          <p className={classes.note}>
            A figure shows every sample with every map: {formatCount(figure.added)} more than the panes do.
          </p>
        )}
        {figure && figure.leftOut > 0 && (
          <p className={classes.note}>
            {figure.leftOut} of {contents.length} panes cannot be in a figure.
          </p>
        )}
      </Panel>
    </aside>
  )
}

function AgreementTable({ contents }: { contents: readonly PaneContent[] }) {
  const maps = contents.map(({ map }) => map)
  const pairs = useAgreements(maps)
  if (maps.filter((map) => map !== null).length < 2) {
    return <p className={classes.note}>Two panes with maps are compared here.</p>
  }
  const letters = contents.map((_, index) => paneLetter(index))
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Panes</th>
            <th scope="col">Spearman ρ</th>
            <th scope="col">IoU of top 20 %</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ a, b, spearman, topIou }) => (
            <tr key={`${a} ${b}`}>
              <th scope="row">
                {letters[a]} and {letters[b]}
                {contents[a]?.pane.sampleId !== contents[b]?.pane.sampleId && <small> of different pictures</small>}
              </th>
              <td>
                <Measure value={spearman} />
              </td>
              <td>
                <Measure value={topIou} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.note}>
        Over patches, from raw values. ρ correlates ranks, ties sharing their mean rank. IoU: patches in both tops over
        patches in either; the top is the {TOP_SHARE * 100} % with the highest values. – : a map is flat, or patch grids
        differ.
      </p>
    </>
  )
}

/** A number with a bar of its size; negative ones grow to the left. */
function Measure({ value }: { value: number | null }) {
  if (value === null) return '–'
  return (
    <span className={classes.measure}>
      <span>{value.toFixed(3).replace('-', '−')}</span>
      <span className={classes.track} aria-hidden>
        <span data-negative={value < 0} style={{ width: `${Math.abs(value) * 100}%` }} />
      </span>
    </span>
  )
}

function useAgreements(maps: readonly PaneContent['map'][]) {
  // The list is new with every render, the maps in it are not: results are cached by the maps.
  const [a, b, c, d, e, f] = maps
  return useMemo(() => {
    const all = [a, b, c, d, e, f]
    return all.flatMap((first, i) =>
      all.flatMap((second, j) => {
        if (j <= i || !first || !second) return []
        const comparable = first.grid[0] === second.grid[0] && first.grid[1] === second.grid[1]
        const measures = comparable ? mapAgreement(first.values, second.values) : { spearman: null, topIou: null }
        return [{ a: i, b: j, ...measures }]
      }),
    )
  }, [a, b, c, d, e, f])
}
