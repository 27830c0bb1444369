/** The figure under work, as the query of its address: the whole recipe, so that a link is the figure. */
import { readRecipe, type Recipe } from '@shared/figure/recipe'
import { type Field, urlState } from '../../base/url-state'

/** A recipe as JSON; null for none, also where it is malformed. */
function recipeField(): Field<Recipe | null> {
  return {
    defaultValue: null,
    read(written) {
      const read = readRecipe(parsed(written))
      return 'recipe' in read ? read.recipe : undefined
    },
    write: (recipe) => JSON.stringify(recipe),
    // Editing replaces the address; beginning and leaving a figure are steps.
    step: (from, to) => (from === null) !== (to === null),
  }
}

export const figuresState = urlState({ recipe: recipeField() })

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
