import type { CurrentProject } from '../current-project'
import type { FiguresApi } from './api'
import { listRecipes, removeRecipe, saveRecipe } from './recipe-files'

export function figuresPart(current: CurrentProject): FiguresApi {
  const folder = () => current.opened.project.path
  return {
    list: async () => listRecipes(folder()),
    save: async ({ recipe }) => saveRecipe(folder(), recipe),
    remove: async ({ name }) => removeRecipe(folder(), name),
  }
}
