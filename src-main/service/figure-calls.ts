import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about figures: recipes that the project keeps, previews, and files. */
export function figureCalls({ library, drawing }: ServiceContext): HandlersOf<'figures'> {
  return {
    'figures.list': () => library.figures.list(),
    async 'figures.save'(input) {
      await library.figures.save(input)
      return null
    },
    async 'figures.remove'(input) {
      await library.figures.remove(input)
      return null
    },
    'figures.preview': ({ recipe }, signal) => drawing.preview(recipe, signal),
    'figures.write': ({ recipe, format }, signal) => drawing.figure(recipe, format, signal),
  }
}
