import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Selection } from '@shared/figure/recipe'
import { useMutation } from '@tanstack/react-query'
import { notify } from '../../api/live'
import { service } from '../../api/service'

interface OrderByHandProps {
  run: RunInfo
  selection: Exclude<Selection, { paths: unknown }>
  onOrder: (paths: string[]) => void
}

/** Turns a filter's samples into a list that is ordered, and left out of, by hand. */
export function OrderByHand({ run, selection, onOrder }: OrderByHandProps) {
  const list = useMutation({
    mutationFn: async () => {
      const { filter, sort, descending, limit } = selection
      const { ids } = await service.call('samples.query', { runId: run.id, filter, sort, descending })
      const rows = await service.call('samples.rows', { runId: run.id, ids: ids.slice(0, limit) })
      return rows.map(({ path }) => path)
    },
    onSuccess: (paths) =>
      paths.length > 0 ? onOrder(paths) : notify('info', 'No sample fits this filter: there is nothing to order.'),
    onError: (error) => notify('error', error.message),
  })
  return (
    <Button size="xs" loading={list.isPending} onClick={() => list.mutate()}>
      Order these by hand
    </Button>
  )
}
