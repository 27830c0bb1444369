import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about figures: recipes that the project keeps, previews, and files. */
export function figureCalls({ library, drawing }: ServiceContext): HandlersOf<'figures'> {
  return {
    'figures.list': () => library.recipes(),
    async 'figures.save'({ recipe }) {
      await library.saveRecipe(recipe)
      return null
    },
    async 'figures.remove'({ name }) {
      await library.removeRecipe(name)
      return null
    },
    'figures.preview': ({ recipe }, signal) => drawing.preview(recipe, signal),
    'figures.write': ({ recipe, format }, signal) => drawing.figure(recipe, format, signal),
  }
}
