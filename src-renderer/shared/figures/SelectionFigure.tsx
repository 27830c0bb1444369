import { Button, type ButtonProps } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { MAX_SAMPLES } from '@shared/figure/recipe'
import { targetText } from '@shared/targets'
import { IconPhotoEdit } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useLocation, useSearch } from 'wouter'
import { notify } from '../../api/live'
import { pathsOf } from '../../api/sample-queries'
import { readTarget } from '../../base/target-text'
import { viewState } from '../../base/view'
import { formatCount } from '../../ui/format'
import { figureLink } from './figure-link'
import { panelsByMethod } from './templates'

interface SelectionFigureProps extends ButtonProps {
  run: RunInfo
  chosen: ReadonlySet<number>
}

/** Takes the chosen samples to the figures screen, every method beside the picture, for the target that is in view. */
export function SelectionFigure({ run, chosen, ...button }: SelectionFigureProps) {
  const [, navigate] = useLocation()
  const target = readTarget(viewState.parse(useSearch()).target)
  const make = useMutation({
    mutationFn: async () => {
      const ids = Uint32Array.from([...chosen].slice(0, MAX_SAMPLES))
      const paths = await pathsOf(run.id, ids)
      if (chosen.size > MAX_SAMPLES) {
        notify('info', `A figure holds ${MAX_SAMPLES} samples: the first of ${formatCount(chosen.size)} are in it.`)
      }
      const samples = { paths }
      const aim = target ? { target: targetText(target, run.definition.labels) } : {}
      const panels = panelsByMethod(run).map((panel) => (panel.kind === 'method' ? { ...panel, ...aim } : panel))
      navigate(figureLink(run, 'Chosen samples', { kind: 'grid', samples, panels }))
    },
    onError: (error) => notify('error', error.message),
  })
  return (
    <Button
      {...button}
      leftSection={<IconPhotoEdit size={14} aria-hidden />}
      loading={make.isPending}
      onClick={() => make.mutate()}
    >
      Make a figure
    </Button>
  )
}
