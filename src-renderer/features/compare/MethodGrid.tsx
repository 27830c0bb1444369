import { labelText } from '../../base/label-text'
import { Button, Chip } from '@mantine/core'
import { type RunInfo, type SampleRow, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { minMax, sharedRange } from '@shared/heatmap/scale'
import { METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { useQueries } from '@tanstack/react-query'
import { IconPhotoEdit } from '@tabler/icons-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { detailQuery } from '../../api/sample-queries'
import { links } from '../../base/links'
import { DetectionBox } from '../../heatmap/DetectionBox'
import { Picture } from '../../heatmap/Picture'
import { OutcomeMark } from '../../ui/Outcome'
import { formatValue } from '../../ui/format'
import { figuresState } from '../../shared/figures/figures-state'
import type { CompareState } from '../../shared/pins/compare-state'
import classes from './MethodGrid.module.css'
import { figureOfPanes } from './figure-of-panes'
import type { Pane } from '../../shared/pins/panes'

interface MethodGridProps {
  run: RunInfo
  state: CompareState
  panes: readonly Pane[]
  change: (part: Partial<CompareState>) => void
}

/** Chosen samples by chosen methods, all that the run has stored. */
export function MethodGrid({ run, state, panes, change }: MethodGridProps) {
  const [, navigate] = useLocation()
  const samples = state.samples.length > 0 ? state.samples : [...new Set(panes.map(({ sampleId }) => sampleId))]
  const computed = METHOD_IDS.filter((method) => run.definition.methods.includes(method))
  const wanted = state.methods.filter((method) => computed.includes(method))
  const methods = wanted.length > 0 ? wanted : computed
  const details = useQueries({ queries: samples.map((id) => detailQuery(run.id, id)) })
  const maps = details.map(({ data }) => data?.maps.filter(({ method }) => methods.includes(method)) ?? [])
  const shared = useSharedRange(state.scale === 'shared' ? maps.flat().map(({ values }) => values) : [])

  const toggle = (method: MethodId) => {
    const next = methods.includes(method) ? methods.filter((id) => id !== method) : [...methods, method]
    if (next.length > 0) change({ methods: METHOD_IDS.filter((id) => next.includes(id)) })
  }
  const figure = figureOfPanes(
    details.flatMap(({ data }) =>
      methods.map((method) => ({
        pane: { sampleId: data?.row.id ?? 0, runId: run.id, map: { kind: 'method' as const, method }, target: null },
        row: data?.row ?? null,
      })),
    ),
    state,
  )
  return (
    <section className={classes.screen} aria-label="Samples by methods">
      <div className={classes.methods} role="group" aria-label="Methods">
        {computed.map((method) => (
          <Chip
            key={method}
            size="xs"
            variant="outline"
            color="gray"
            classNames={{ label: classes.chip }}
            checked={methods.includes(method)}
            onChange={() => toggle(method)}
          >
            {METHODS[method].name}
          </Chip>
        ))}
        <Button
          className={classes.figure}
          size="xs"
          leftSection={<IconPhotoEdit size={15} aria-hidden />}
          disabled={!figure}
          onClick={() =>
            figure && navigate(links.ofRun(run.id, '/figures', figuresState.search({ recipe: figure.recipe })))
          }
        >
          Make a figure
        </Button>
      </div>
      <div className={classes.scroller} tabIndex={0} role="group" aria-label="Grid">
        <table className={classes.grid}>
          <thead>
            <tr>
              <th scope="col">Sample</th>
              {methods.map((method) => (
                <th key={method} scope="col">
                  {METHODS[method].name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {details.map(({ data, error }, i) => (
              <tr key={samples[i]}>
                <th scope="row">
                  {data && (
                    <div className={classes.sample}>
                      <OutcomeMark correct={data.row.correct} />
                      <div>
                        <Link href={links.sample(run.id, data.row.id)}>{data.row.path}</Link>
                        <small>
                          {labelText(data.row) ?? 'no label'}
                          {data.row.correct === false && `, taken for ${data.top[0]?.name ?? '?'}`}
                        </small>
                      </div>
                    </div>
                  )}
                  {error?.message}
                </th>
                {methods.map((method) => {
                  const values = maps[i]?.find((map) => map.method === method)?.values
                  const range = shared ?? (values && minMax(values))
                  return (
                    <td key={method}>
                      {data && (
                        <Link href={links.sample(run.id, data.row.id, { method })} className={classes.cell}>
                          <span className={classes.frame}>
                            <Cell run={run} state={state} detail={data} values={values} range={range} method={method} />
                          </span>
                          <span className={classes.range}>
                            {range && values
                              ? `${formatValue(range.low)} – ${formatValue(range.high)}`
                              : 'not computed'}
                          </span>
                        </Link>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface CellProps {
  run: RunInfo
  state: CompareState
  detail: { row: Pick<SampleRow, 'id' | 'path' | 'width' | 'height' | 'detection'>; grid: [number, number] }
  values: Float32Array | undefined
  range: { low: number; high: number } | undefined
  method: MethodId
}

function Cell({ run, state, detail: { row, grid }, values, range, method }: CellProps) {
  const [rows, columns] = grid
  const map = useMemo(
    () => (values ? { grid: [rows, columns] as [number, number], values } : null),
    [values, rows, columns],
  )
  return (
    <Picture
      src={imageUrls.image(run.id, row.id)}
      alt={`${row.path}, ${METHODS[method].name}`}
      width={row.width || 1}
      height={row.height || 1}
      preprocessing={run.definition.preprocessing}
      map={map}
      range={range ?? { low: 0, high: 0 }}
      colormap={COLORMAPS[state.colormap]}
      interpolation={state.interpolation}
      fade={state.fade}
      look={state.look}
      top={state.top}
      fit="square"
    >
      {state.box && (
        <DetectionBox
          detection={row.detection}
          width={row.width}
          height={row.height}
          preprocessing={run.definition.preprocessing}
        />
      )}
    </Picture>
  )
}

/** One range for all maps of the grid; null for none. */
function useSharedRange(maps: Float32Array[]) {
  if (maps.length === 0) return null
  const all = new Float32Array(maps.reduce((size, values) => size + values.length, 0))
  let at = 0
  for (const values of maps) {
    all.set(values, at)
    at += values.length
  }
  return sharedRange(all)
}
