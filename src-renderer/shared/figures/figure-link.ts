import type { RunInfo } from '@shared/api'
import { type Recipe, type RecipeInput, recipeSchema } from '@shared/figure/recipe'
import { links } from '../../base/links'
import { figuresState } from './figures-state'

/** Where the figures screen begins with this content. */
export function figureLink(run: RunInfo, name: string, content: RecipeInput['content']): string {
  const recipe = recipeSchema.parse({ version: 1, name, run: String(run.id), size: { preset: 'cvpr-single' }, content })
  return recipeLink(run, recipe)
}

/** Where the figures screen shows a recipe. */
export function recipeLink(run: RunInfo, recipe: Recipe): string {
  return links.ofRun(run.id, '/figures', figuresState.search({ recipe }))
}
