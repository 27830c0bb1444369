/** Recipes of figures: JSON files in the project's folder `figures/`, one a recipe, fit for a diff. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SavedRecipe, SavedRecipes } from '@shared/api'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { readRecipe, type Recipe } from '@shared/figure/recipe'
import { replaceFile } from '../project/replace-file'
import { isRegularFile } from '@headlight/explain/files'

const FOLDER = 'figures'
const LONGEST_NAME = 80

interface RecipeFile extends SavedRecipe {
  file: string
}

/** All recipes by name, and one sentence for each file that is none. */
export async function listRecipes(project: string): Promise<SavedRecipes> {
  const { recipes, problems } = await readAll(project)
  return {
    recipes: recipes
      .map(({ recipe, updatedAt }) => ({ recipe, updatedAt }))
      .sort((a, b) => a.recipe.name.localeCompare(b.recipe.name)),
    problems,
  }
}

/** Keeps a recipe under its name, replacing the one of that name. The file is never half written. */
export async function saveRecipe(project: string, recipe: Recipe): Promise<void> {
  await mkdir(join(project, FOLDER), { recursive: true })
  const { recipes } = await readAll(project)
  const known = recipes.find((entry) => entry.recipe.name === recipe.name)
  const path = join(project, FOLDER, known?.file ?? (await freeFile(project, recipe.name)))
  await replaceFile(path, `${JSON.stringify(recipe, null, 2)}\n`)
}

/** Throws 'not-found' where no recipe has the name. */
export async function removeRecipe(project: string, name: string): Promise<void> {
  const { recipes } = await readAll(project)
  const known = recipes.find((entry) => entry.recipe.name === name)
  if (known === undefined) throw new HeadlightError('not-found', `The project has no figure "${name}".`)
  await rm(join(project, FOLDER, known.file))
}

async function readAll(project: string): Promise<{ recipes: RecipeFile[]; problems: string[] }> {
  const recipes: RecipeFile[] = []
  const problems: string[] = []
  for (const file of await jsonFiles(join(project, FOLDER))) {
    const read = await readFileOf(join(project, FOLDER, file))
    if (typeof read === 'string') problems.push(`${FOLDER}/${file} ${read}`)
    else recipes.push({ ...read, file })
  }
  return { recipes, problems }
}

/** A recipe, or what is wrong with the file: one that cannot be read hides none of the others. */
async function readFileOf(path: string): Promise<SavedRecipe | string> {
  try {
    const read = readRecipe(await readJson(path))
    if (!('recipe' in read)) return `is not a recipe of a figure: ${read.problems[0]}.`
    return { recipe: read.recipe, updatedAt: (await stat(path)).mtime.toISOString() }
  } catch (error) {
    return `cannot be read: ${toErrorValue(error).message}`
  }
}

async function jsonFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => name.endsWith('.json')).sort()
}

/** Null for what is not a file of JSON, which no recipe is either. */
async function readJson(path: string): Promise<unknown> {
  if (!isRegularFile(path)) return null
  const content = await readFile(path, 'utf8')
  try {
    return JSON.parse(content)
  } catch {
    return null
  }
}

/** A file name that says the recipe's name and that no file has yet. */
async function freeFile(project: string, name: string): Promise<string> {
  const taken = new Set(await jsonFiles(join(project, FOLDER)))
  const stem =
    name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, LONGEST_NAME) || 'figure'
  for (let number = 1; ; number++) {
    const file = number === 1 ? `${stem}.json` : `${stem}-${number}.json`
    if (!taken.has(file)) return file
  }
}
