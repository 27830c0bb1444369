import { ActionIcon, UnstyledButton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { IconTrash } from '@tabler/icons-react'
import { useSearch } from 'wouter'
import { InlineError } from '../../ui/Messages'
import { formatWhen } from '../../ui/format'
import classes from './FiguresScreen.module.css'
import { useRemoveRecipe, useSavedRecipes } from './figure-queries'
import { templatesFor } from './templates'

interface TemplateChooserProps {
  run: RunInfo
  onChoose: (recipe: Recipe) => void
}

/** Where a figure begins: one that is saved, or one of the usual kinds. */
export function TemplateChooser({ run, onChoose }: TemplateChooserProps) {
  const filter = new URLSearchParams(useSearch()).get('filter') ?? ''
  const saved = useSavedRecipes()
  const remove = useRemoveRecipe()
  return (
    <div className={classes.chooser}>
      <section aria-labelledby="new-figure">
        <h2 id="new-figure">New figure</h2>
        <div className={classes.cards}>
          {templatesFor(run, filter).map(({ name, about, recipe }) => (
            <UnstyledButton key={name} className={classes.card} onClick={() => onChoose(recipe)}>
              <strong>{name}</strong>
              <span>{about}</span>
            </UnstyledButton>
          ))}
        </div>
      </section>
      <section aria-labelledby="saved-figures">
        <h2 id="saved-figures">Saved in this project</h2>
        {saved.error && <InlineError error={saved.error} />}
        {saved.data?.problems.map((problem) => (
          <p key={problem} className={classes.note}>
            {problem}
          </p>
        ))}
        {saved.data?.recipes.length === 0 && (
          <p className={classes.note}>
            None yet. A saved figure is a small JSON file in the project; the command line draws the same from it.
          </p>
        )}
        <div className={classes.cards}>
          {saved.data?.recipes.map(({ recipe, updatedAt }) => (
            <div key={recipe.name} className={classes.savedCard}>
              <UnstyledButton className={classes.card} onClick={() => onChoose(recipe)}>
                <strong>{recipe.name}</strong>
                <span>Saved: {formatWhen(updatedAt)}</span>
              </UnstyledButton>
              <ActionIcon
                className={classes.remove}
                aria-label={`Delete the figure ${recipe.name}`}
                onClick={() => remove.mutate(recipe.name)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </div>
          ))}
        </div>
        {remove.error && <InlineError error={remove.error} />}
      </section>
    </div>
  )
}
