import { ActionIcon } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { IconTrash } from '@tabler/icons-react'
import { useCallback, useState } from 'react'
import { useSearch } from 'wouter'
import { InlineError } from '../../ui/Messages'
import { formatWhen } from '../../ui/format'
import { FigureCard } from './FigureCard'
import classes from './FiguresScreen.module.css'
import { useRemoveRecipe, useSavedRecipes } from '../../api/figure-queries'
import { templatesFor } from '../../shared/figures/templates'

/** Statistics of more samples than this take seconds a figure: cards then go without pictures. */
const MAX_DRAWN = 100_000

interface TemplateChooserProps {
  run: RunInfo
  onChoose: (recipe: Recipe) => void
}

/** Where a figure begins: one that is saved, or one of the usual kinds. */
export function TemplateChooser({ run, onChoose }: TemplateChooserProps) {
  const filter = new URLSearchParams(useSearch()).get('filter') ?? ''
  const saved = useSavedRecipes()
  const remove = useRemoveRecipe()
  const templates = templatesFor(run, filter)
  const turn = useTurns(run.done <= MAX_DRAWN)
  return (
    <div className={classes.chooser}>
      <section aria-labelledby="new-figure">
        <h2 id="new-figure">New figure</h2>
        {filter !== '' && (
          <p className={classes.note}>
            Of the samples that fit <code>{filter}</code>, except those of mistakes, which choose their own.
          </p>
        )}
        <div className={classes.cards}>
          {templates.map(({ name, about, recipe }, index) => (
            <FigureCard key={name} recipe={recipe} about={about} {...turn(index)} onChoose={() => onChoose(recipe)} />
          ))}
        </div>
      </section>
      <section aria-labelledby="saved-figures">
        <h2 id="saved-figures">Saved in this project</h2>
        {saved.error && <InlineError error={saved.error} retry={saved.refetch} />}
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
          {saved.data?.recipes.map(({ recipe, updatedAt }, index) => (
            <div key={recipe.name} className={classes.savedCard}>
              <FigureCard
                recipe={recipe}
                about={`Saved: ${formatWhen(updatedAt)}`}
                {...turn(templates.length + index)}
                onChoose={() => onChoose(recipe)}
              />
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

/** Cards are drawn one after the other: eight figures at once would keep everything else waiting. */
function useTurns(drawn: boolean) {
  const [done, setDone] = useState<ReadonlySet<number>>(new Set())
  const note = useCallback(
    (index: number) => setDone((before) => (before.has(index) ? before : new Set(before).add(index))),
    [],
  )
  const next = Array.from({ length: done.size + 1 }, (_, index) => index).find((index) => !done.has(index)) ?? 0
  return (index: number) => ({
    draw: !drawn ? ('no' as const) : index <= next || done.has(index) ? ('now' as const) : ('wait' as const),
    onDrawn: () => note(index),
  })
}
