import type { SavedRecipes } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'

/** Recipes of figures that the project keeps. */
export interface FiguresApi {
  list(): Promise<SavedRecipes>
  /** Takes the place of a recipe of the same name. */
  save(input: { recipe: Recipe }): Promise<void>
  /** Throws 'not-found' where no recipe has the name. */
  remove(input: { name: string }): Promise<void>
}
