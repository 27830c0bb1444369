import { ActionIcon, Popover, Skeleton, Tooltip } from '@mantine/core'
import { headOfSort, type RunInfo, type SortKey } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { IconTableRow } from '@tabler/icons-react'
import { useState } from 'react'
import { useHeadStatistics } from '../../api/statistics-queries'
import { ErrorMessage } from '../../ui/Messages'
import { HeadMatrix } from '../../ui/HeadMatrix'
import classes from './HeadSort.module.css'

interface HeadSortProps {
  run: RunInfo
  filter: string
  sort: SortKey
  onSort: (order: { sort: SortKey; descending: boolean }) => void
}

/** Chooses a head to sort by, from the mean weights of the result: those samples first in which it weighs most. */
export function HeadSort({ run, filter, sort, onSort }: HeadSortProps) {
  const [opened, setOpened] = useState(false)
  const choose = (layer: number, head: number) => {
    setOpened(false)
    onSort({ sort: `head(${layer},${head})`, descending: true })
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={416} trapFocus returnFocus>
      <Tooltip label="Sort by the weight of a head" disabled={opened}>
        {/* The target's own attributes, such as aria-expanded, do not pass through a tooltip. */}
        <span style={{ display: 'flex' }}>
          <Popover.Target>
            <ActionIcon size="md" aria-label="Sort by the weight of a head" onClick={() => setOpened(!opened)}>
              <IconTableRow size={17} stroke={1.7} />
            </ActionIcon>
          </Popover.Target>
        </span>
      </Tooltip>
      <Popover.Dropdown className={classes.picker} aria-label="Sort by the weight of a head">
        <HeadPicker run={run} filter={filter} chosen={headOfSort(sort)} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}

interface HeadPickerProps {
  run: RunInfo
  filter: string
  chosen: { layer: number; head: number } | null
  onChoose: (layer: number, head: number) => void
}

function HeadPicker({ run, filter, chosen, onChoose }: HeadPickerProps) {
  const { layers, heads } = run.model
  const statistics = useHeadStatistics(run.id, 'all', filter, 'l1')
  if (statistics.isLoadingError) return <ErrorMessage error={statistics.error} retry={statistics.refetch} />
  if (statistics.isPending) return <Skeleton height={layers * 26} />
  const mean = statistics.data.groups[0]?.mean ?? new Float32Array(layers * heads)
  return (
    <HeadMatrix
      label="Heads to sort by"
      model={run.model}
      values={mean}
      range={{ low: 0, high: Math.max(...mean) }}
      colormap={COLORMAPS.viridis}
      describe={(weight) => `mean weight ${weight.toFixed(3)}`}
      chosen={chosen}
      onChoose={onChoose}
      hint="Mean weights of this result. Choose a head."
    />
  )
}
