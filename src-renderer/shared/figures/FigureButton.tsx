import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { RecipeInput } from '@shared/figure/recipe'
import { IconPhotoEdit } from '@tabler/icons-react'
import { Link } from 'wouter'
import { figureLink } from './figure-link'

interface FigureButtonProps {
  run: RunInfo
  name: string
  content: RecipeInput['content']
}

/** Takes what a screen shows to the figures screen, as a figure of its own. */
export function FigureButton({ run, name, content }: FigureButtonProps) {
  return (
    <Button
      size="xs"
      component={Link}
      href={figureLink(run, name, content)}
      leftSection={<IconPhotoEdit size={14} aria-hidden />}
    >
      Make a figure
    </Button>
  )
}
