/** Figures as both sides speak of them. Recipes: src-shared/figure. */
import { z } from 'zod'
import { type Recipe, recipeSchema } from '../figure/recipe'
import { of } from './call'

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

export const figureCalls = {
  'figures.list': of<SavedRecipes>().with(z.object({})),
  'figures.save': of<null>().with(z.object({ recipe: recipeSchema })),
  'figures.remove': of<null>().with(z.object({ name: z.string().max(200) })),
  /** The figure as SVG, with pictures of screen resolution. */
  'figures.preview': of<FigurePreview>().with(z.object({ recipe: recipeSchema })),
  'figures.write': of<FigureFile>().with(z.object({ recipe: recipeSchema, format: z.enum(['svg', 'pdf', 'png']) })),
} as const
