/** Files that a user names and that are none: reading a pipe waits for ever, reading a device never ends. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withChosenFiles } from '../compute/chosen-files'
import type { InspectedModel } from '../compute/api'
import { readLabels } from '../compute/model-files'
import { readNpy } from '@headlight/explain/files'
import { openDataset } from '../datasets/open-dataset'
import type { DatasetSource } from '../datasets/source'
import { listRecipes } from '../library/figures/recipe-files'
import { ClosedFiles } from '../library/project/closed-files'
import { readModel } from '@headlight/explain/onnx'
import type { Backend } from '../service/backend'
import { importFile } from './annotations'
import { wantedRecipe } from './exports/figure'

const folder = mkdtempSync(join(tmpdir(), 'headlight-irregular-'))
afterAll(() => rmSync(folder, { recursive: true }))
const windows = process.platform === 'win32'
const pipe = (name: string) => {
  execFileSync('mkfifo', [join(folder, name)])
  return join(folder, name)
}

const supported = { supported: true, labels: ['a', 'b'], classes: 2 } as InspectedModel
const model = { labels: ['a', 'b'], classes: 2, task: 'single-label' as const }
const library = { figures: { list: async () => ({ recipes: [], problems: [] }) } } as unknown as Backend['library']
const readers: [string, string, (file: string) => Promise<unknown>][] = [
  ['a model', 'model.onnx', readModel],
  ['a dataset', 'table.csv', openDataset],
  ['class names', 'classes.txt', (file) => readLabels(file, model)],
  ['--labels', 'labels.csv', (file) => withChosenFiles(supported, { labelFiles: [file] })],
  ['--import', 'annotations.json', (file) => importFile(library, file)],
  ['--recipe', 'recipe.json', (file) => wantedRecipe({ library } as Backend, file)],
  ['an array', 'pixels.npy', readNpy],
]

test.skipIf(windows).each(readers)(
  '%s that is a pipe, a device or a folder is refused at once',
  async (_what, name, read) => {
    await expect(read(pipe(name))).rejects.toThrow(/is a pipe and not a file/)
    const device = join(folder, `device-${name}`)
    symlinkSync('/dev/zero', device)
    await expect(read(device)).rejects.toThrow(/is a device and not a file/)
    const inside = join(folder, `folder-${name}`)
    mkdirSync(inside)
    const readFolder = async () => {
      const made = await read(inside)
      // A folder may be a dataset; one without pictures is refused when it is listed.
      return made instanceof Object && 'list' in made ? (made as DatasetSource).list() : made
    }
    await expect(readFolder()).rejects.toThrow(inside)
  },
)

test.skipIf(windows)("pipes in the place of a project's small files are passed over", async () => {
  mkdirSync(join(folder, 'figures'))
  pipe('figures/a.json')
  expect(await listRecipes(folder)).toEqual({
    recipes: [],
    problems: [expect.stringContaining('a.json is not a recipe')],
  })
  pipe('closed.json')
  expect(ClosedFiles.take(folder)).toBeDefined()
})
