import { Button, TextInput } from '@mantine/core'
import type { Recipe } from '@shared/figure/recipe'
import { IconArrowLeft, IconDownload } from '@tabler/icons-react'
import { InlineError } from '../../ui/Messages'
import classes from './FiguresScreen.module.css'
import { type FigureFormat, useDownloadFigure, useSavedRecipes, useSaveRecipe } from '../../api/figure-queries'

interface FigureBarProps {
  recipe: Recipe
  onChange: (recipe: Recipe) => void
  onLeave: () => void
}

const FORMATS: { format: FigureFormat; about: string }[] = [
  { format: 'svg', about: 'Vector, text stays text' },
  { format: 'pdf', about: 'Vector, fonts embedded' },
  { format: 'png', about: 'Pixels at the resolution of the recipe' },
]

/** The figure's name, saving and files. */
export function FigureBar({ recipe, onChange, onLeave }: FigureBarProps) {
  const save = useSaveRecipe()
  const download = useDownloadFigure()
  const saved = useSavedRecipes()
  const json = JSON.stringify(recipe)
  const isSaved = saved.data?.recipes.some((kept) => JSON.stringify(kept.recipe) === json)
  return (
    <div className={classes.bar} role="toolbar" aria-label="Figure">
      <Button size="xs" variant="default" leftSection={<IconArrowLeft size={14} />} onClick={onLeave}>
        All figures
      </Button>
      <TextInput
        size="xs"
        aria-label="Name of the figure"
        className={classes.name}
        value={recipe.name}
        maxLength={200}
        onChange={(event) =>
          event.currentTarget.value !== '' && onChange({ ...recipe, name: event.currentTarget.value })
        }
      />
      <Button size="xs" loading={save.isPending} disabled={isSaved} onClick={() => save.mutate(recipe)}>
        {isSaved ? 'Saved' : 'Save'}
      </Button>
      <span className={classes.spacer} />
      {FORMATS.map(({ format, about }) => (
        <Button
          key={format}
          size="xs"
          variant="default"
          title={about}
          leftSection={<IconDownload size={14} />}
          loading={download.isPending && download.variables.format === format}
          onClick={() => download.mutate({ recipe, format })}
        >
          {format.toUpperCase()}
        </Button>
      ))}
      {(save.error ?? download.error) && <InlineError error={(save.error ?? download.error)!} />}
    </div>
  )
}
