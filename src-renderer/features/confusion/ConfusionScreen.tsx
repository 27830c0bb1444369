import { Button, NativeSelect, Switch } from '@mantine/core'
import { type RunInfo } from '@shared/api'
import { IconZoomIn, IconZoomOut, IconZoomReset } from '@tabler/icons-react'
import { useCallback, useMemo, useRef } from 'react'
import { useLocation } from 'wouter'
import { useConfusion } from '../../api/statistics-queries'
import { className } from '../../base/class-name'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { useSettled } from '../../base/use-settled'
import { ErrorMessage } from '../../ui/Messages'
import { SidePanels } from '../../ui/SidePanels'
import { FilterChips } from '../../ui/filter/FilterChips'
import { FilterField } from '../../ui/filter/FilterField'
import { formatCount, formatShare } from '../../ui/format'
import { FigureButton } from '../../shared/figures/FigureButton'
import { ORDER_NAMES, ORDERS, type Order } from './class-order'
import { confusionCommands } from './commands'
import { ConfusionLegend } from './ConfusionLegend'
import { ConfusionLists } from './ConfusionLists'
import { ConfusionMatrix, type MatrixHandle } from './ConfusionMatrix'
import classes from './ConfusionScreen.module.css'
import { type Cell, type ConfusionPlot, confusionPlot } from './confusion-plot'
import { type ConfusionTable, confusions, confusionTable } from './confusion-table'
import { confusionState } from './confusion-view'
import { NoConfusion } from './NoConfusion'
import { cellFilter, PairSamples } from './PairSamples'
import { NO_LABELS, type UnmatchedLabels, unmatchedLabels } from './unmatched-labels'
import { UnmatchedNote } from './UnmatchedNote'
import { useClassOrder } from './use-class-order'
import { readViewport, type Viewport, writeViewport } from './viewport'
import { Loading } from '../../ui/Loading'
import { Segments } from '../../ui/Segments'

type View = typeof confusionState.defaults

/** Labels against predictions: which classes are taken for which, and the samples of it. */
export default function ConfusionScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(confusionState)
  const counts = useConfusion(run.id, view.filter)
  const table = useMemo(() => (counts.data ? confusionTable(counts.data) : null), [counts.data])
  const unmatched = useMemo(() => (counts.data ? unmatchedLabels(counts.data) : NO_LABELS), [counts.data])
  usePageTitle('Confusion', run.name)
  return (
    <div className={classes.screen}>
      <Bar run={run} view={view} change={change} table={table} />
      <FilterChips filter={view.filter} onCommit={(filter) => change({ filter })} />
      {counts.isLoadingError ? (
        <ErrorMessage error={counts.error} retry={counts.refetch} />
      ) : !table ? (
        <LoadingMatrix />
      ) : table.total === 0 && unmatched.samples === 0 ? (
        <NoConfusion run={run} filter={view.filter} onFilter={(filter) => change({ filter })} />
      ) : (
        <Ordered run={run} view={view} change={change} table={table} unmatched={unmatched} />
      )}
    </div>
  )
}

interface PartProps {
  run: RunInfo
  view: View
  change: (part: Partial<View>) => void
}

function Bar({ run, view, change, table }: PartProps & { table: ConfusionTable | null }) {
  return (
    <div className={classes.bar} role="toolbar" aria-label="Matrix">
      <FilterField run={run} value={view.filter} onCommit={(filter) => change({ filter })} />
      <Segments
        label="Value of a cell"
        quiet
        value={view.share}
        options={{ count: 'Count', row: '% of label', column: '% of prediction' }}
        onChange={(share) => change({ share })}
      />
      <NativeSelect
        size="xs"
        aria-label="Order of classes"
        value={view.order}
        data={ORDERS.map((order) => ({ value: order, label: ORDER_NAMES[order] }))}
        onChange={(event) => change({ order: event.currentTarget.value as Order, zoom: '' })}
      />
      <p className={classes.count} role="status">
        {table && table.total > 0 && (
          <>
            {formatCount(table.correct)} of {formatCount(table.total)} right, {formatShare(table.correct / table.total)}
          </>
        )}
      </p>
      <FigureButton
        run={run}
        name="Confusion matrix"
        content={{
          kind: 'confusion',
          filter: view.filter,
          rows: (table?.unmatched.length ?? 0) > 0 ? 'label' : 'class',
          share: view.share,
          numbers: (table?.classes.length ?? 0) <= 20,
        }}
      />
    </div>
  )
}

const LoadingMatrix = () => <Loading what="Loading the confusion matrix" className={classes.loading} />

function Ordered(props: PartProps & { table: ConfusionTable; unmatched: UnmatchedLabels }) {
  const { run, view, table } = props
  const nameOf = useCallback((index: number) => className(run, index), [run])
  const order = useClassOrder(table, view.order, nameOf)
  return order === null ? <LoadingMatrix /> : <Plotted {...props} order={order} nameOf={nameOf} />
}

interface PlottedProps extends PartProps {
  table: ConfusionTable
  unmatched: UnmatchedLabels
  order: readonly number[]
  nameOf: (classIndex: number) => string
}

function Plotted({ run, view, change, table, unmatched, order, nameOf }: PlottedProps) {
  const [, navigate] = useLocation()
  const matrix = useRef<MatrixHandle>(null)
  const [zoom, setZoom] = useSettled(view.zoom, (written) => change({ zoom: written }))
  const [at, setAt] = useSettled(view.cell, (written) => change({ cell: written }))
  const { share, diagonal, filter } = view
  const plot = useMemo(
    () => confusionPlot(table, order, nameOf, { share, diagonal, filtered: filter !== '' }),
    [table, order, nameOf, share, diagonal, filter],
  )
  const viewport = useMemo(() => readViewport(zoom), [zoom])
  const confused = useMemo(() => confusions(table, share), [table, share])
  const cell = useMemo(
    () => readCell(at, table, plot) ?? confused[0] ?? table.pairs[0] ?? table.unmatchedPairs[0] ?? null,
    [at, plot, table, confused],
  )
  const setCell = (next: Cell) => setAt(writeCell(next, table))
  const setViewport = (next: Viewport | null) => setZoom(next ? writeViewport(next) : '')
  const open = (opened: Cell) => {
    // Back shows the matrix as it was.
    change({ cell: writeCell(opened, table), zoom })
    navigate(links.gallery(run.id, { filter: cellFilter(run, table, filter, opened) }))
  }
  useCommands(confusionCommands, {
    closer: () => matrix.current?.zoom(1.6),
    farther: () => matrix.current?.zoom(1 / 1.6),
    whole: () => setViewport(null),
    diagonal: () => change({ diagonal: !diagonal }),
  })
  return (
    <SidePanels
      id="confusion"
      right={{
        name: 'lists',
        width: 340,
        narrowest: 280,
        content: (
          <div className={classes.side}>
            {cell && <PairSamples run={run} table={table} filter={filter} cell={cell} onCell={setCell} />}
            <ConfusionLists
              {...{ run, table, filter, share, confused, order }}
              list={view.list}
              onList={(list) => change({ list })}
              onCell={setCell}
            />
          </div>
        ),
      }}
    >
      <section className={classes.matrix} aria-label="Matrix">
        <header className={classes.legend}>
          <ConfusionLegend share={share} high={plot.high} />
          {run.state !== 'finished' && run.done < run.total && (
            <p className={classes.partial}>
              {formatCount(run.done)} of {formatCount(run.total)} samples so far
            </p>
          )}
          <UnmatchedNote unmatched={unmatched} all={table.total === 0} onShow={() => change({ list: 'labels' })} />
          <Switch
            size="xs"
            label="Colour the diagonal"
            checked={diagonal}
            onChange={(event) => change({ diagonal: event.currentTarget.checked })}
          />
          <Button.Group className={classes.zoom}>
            <Button size="compact-sm" aria-label="Zoom out" onClick={() => matrix.current?.zoom(1 / 1.6)}>
              <IconZoomOut size={15} aria-hidden />
            </Button>
            <Button size="compact-sm" aria-label="The whole matrix" onClick={() => setViewport(null)}>
              <IconZoomReset size={15} aria-hidden />
            </Button>
            <Button size="compact-sm" aria-label="Zoom in" onClick={() => matrix.current?.zoom(1.6)}>
              <IconZoomIn size={15} aria-hidden />
            </Button>
          </Button.Group>
        </header>
        <ConfusionMatrix
          plot={plot}
          cell={cell}
          onCell={setCell}
          onOpen={open}
          view={viewport}
          onView={setViewport}
          ref={matrix}
        />
      </section>
    </SidePanels>
  )
}

/** A label without a class is identified by its name: its index changes with the filter. */
function writeCell({ label, prediction }: Cell, table: ConfusionTable): string {
  const name = table.unmatchedName(label)
  return `${name === null ? label : `~${name}`}.${prediction}`
}

function readCell(text: string, table: ConfusionTable, plot: ConfusionPlot): Cell | null {
  const match = /^(?:(\d{1,6})|~(.+))\.(\d{1,6})$/s.exec(text)
  if (!match) return null
  const [, index, name, prediction] = match
  const label = index === undefined ? table.unmatched.find((own) => table.unmatchedName(own) === name) : Number(index)
  if (label === undefined || plot.row(label) < 0 || plot.column(Number(prediction)) < 0) return null
  return { label, prediction: Number(prediction) }
}
