import { mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recipeSchema } from '@shared/figure/recipe'
import { listRecipes, removeRecipe, saveRecipe } from './recipe-files'

const folder = () => mkdtempSync(join(tmpdir(), 'headlight-recipes-'))
const named = (name: string, title?: string) =>
  recipeSchema.parse({ version: 1, name, title, content: { kind: 'head-matrix' } })

test('recipes are JSON files that say their names, replaced by name', async () => {
  const project = folder()
  await saveRecipe(project, named('Failures by method'))
  await saveRecipe(project, named('Failures, by method!'))
  await saveRecipe(project, named('Failures by method', 'Second'))
  expect(readdirSync(join(project, 'figures'))).toEqual(['failures-by-method-2.json', 'failures-by-method.json'])
  const { recipes } = await listRecipes(project)
  expect(recipes.map(({ recipe }) => [recipe.name, recipe.title])).toEqual([
    ['Failures by method', 'Second'],
    ['Failures, by method!', undefined],
  ])
  expect(JSON.parse(readFileSync(join(project, 'figures', 'failures-by-method.json'), 'utf8'))).toMatchObject({
    content: { kind: 'head-matrix', colormap: 'viridis' },
  })
})

test.skipIf(process.platform !== 'linux')(
  'a file that cannot be read is named, and the others are listed and saved',
  async () => {
    const project = folder()
    await saveRecipe(project, named('One'))
    // A file whose reading fails for every user.
    symlinkSync('/proc/self/mem', join(project, 'figures', 'broken.json'))
    await saveRecipe(project, named('Two'))
    const { recipes, problems } = await listRecipes(project)
    expect(recipes.map(({ recipe }) => recipe.name)).toEqual(['One', 'Two'])
    expect(problems).toEqual([expect.stringMatching(/^figures\/broken\.json cannot be read: .+/)])
  },
)

test('a file that is no recipe is named and left alone', async () => {
  const project = folder()
  await saveRecipe(project, named('One'))
  writeFileSync(join(project, 'figures', 'broken.json'), '{ "version": 2')
  const { recipes, problems } = await listRecipes(project)
  expect(recipes).toHaveLength(1)
  expect(problems).toEqual([expect.stringContaining('figures/broken.json')])
  await removeRecipe(project, 'One')
  expect(readdirSync(join(project, 'figures'))).toEqual(['broken.json'])
  await expect(removeRecipe(project, 'One')).rejects.toThrow(/no figure "One"/)
})
