import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Selection } from '@shared/figure/recipe'
import { useMutation } from '@tanstack/react-query'
import { notify } from '../../api/live'
import { firstPaths } from '../../api/sample-queries'

interface OrderByHandProps {
  run: RunInfo
  selection: Exclude<Selection, { paths: unknown }>
  onOrder: (paths: string[]) => void
}

/** Turns a filter's samples into a list that is ordered, and left out of, by hand. */
export function OrderByHand({ run, selection, onOrder }: OrderByHandProps) {
  const list = useMutation({
    mutationFn: () => {
      const { limit, filter, sort, descending } = selection
      return firstPaths({ runId: run.id, filter, sort, descending }, limit)
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
