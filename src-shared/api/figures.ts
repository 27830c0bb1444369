/** Figures as both sides speak of them. Recipes: src-shared/figure. */
import type { Recipe } from '../figure/recipe'

/** A recipe that is kept in the project. */
export interface SavedRecipe {
  recipe: Recipe
  updatedAt: string
}

export interface SavedRecipes {
  recipes: SavedRecipe[]
  /** One sentence for each file in the project's figures that is not a recipe. */
  problems: string[]
}

/** A figure as it will come out. */
export interface FigurePreview {
  svg: string
  /** Millimetres. */
  width: number
  height: number
  /** Warnings: letters without a glyph, content that is taller than the figure. */
  notices: string[]
  /** What to paste into a paper. */
  latex: string
}

export interface FigureFile {
  fileName: string
  type: string
  bytes: Uint8Array
}
