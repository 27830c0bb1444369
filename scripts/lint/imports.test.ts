/** The configuration of eslint as it is, on wrong imports in each way of writing them. */
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'

const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === 'headlight/imports' })

/** What is said of a text that stands in place of a file. */
async function messages(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath })
  return result!.messages.map(({ message }) => message)
}

const UI_MAY = 'ui may import api, base, itself; app lies above or beside it.'

it.each([
  "import { theme } from '../app/theme'\nvoid theme",
  "import type { theme } from '../app/theme'\nexport type T = typeof theme",
  "import '../app/tokens.css'",
  "export { theme } from '../app/theme'",
  "export * from '../app/theme'",
  "export const load = () => import('../app/theme')",
  "export type T = import('../app/theme').Theme",
  "export const worker = new URL('../app/worker.ts', import.meta.url)",
])('says which layers a folder of the window may import: %s', async (text) => {
  expect(await messages('src-renderer/ui/format.ts', text)).toEqual([UI_MAY])
})

it.each([
  [
    'src-renderer/features/heads/commands.ts',
    "import('../gallery/commands')",
    /features\/gallery lies above or beside/,
  ],
  ['src-renderer/app/Frame.tsx', "import '../features/gallery/commands'", /^Only app\/screens\.ts/],
  ['src-renderer/ui/format.ts', "import('../api/service')", /hooks and functions of src-renderer\/api/],
  ['src-renderer/ui/format.ts', "import('node:fs')", /through src-renderer\/api only/],
  ['src-renderer/ui/format.ts', "import('../../src-main/cli/index')", /Relative imports stay in src-renderer/],
  ['src-renderer/new-folder/file.ts', 'export {}', /belongs to no layer/],
  ['src-main/datasets/source.ts', "import('../library/library')", /^datasets may import .*; library lies above/],
  [
    'src-main/process/thread.ts',
    "import('../datasets/index')",
    /^process may import .*; datasets lies above or beside/,
  ],
  [
    'src-main/datasets/source.ts',
    "import('../compute/index')",
    /^datasets may import .*; compute lies above or beside/,
  ],
  ['src-main/library/library.ts', "import('electron')", /import electron/],
  ['src-main/library/library.ts', "import('onnxruntime-node')", /telemetry off/],
  ['src-shared/targets.ts', "import('node:fs')", /neither Node nor DOM/],
  ['src-shared/targets.ts', "import('@headlight/explain')", /that need no Node/],
  ['src-shared/targets.ts', "import('../packages/explain/src/errors')", /Relative imports stay in src-shared/],
  ['src-renderer/ui/format.ts', "import('@headlight/explain/onnx')", /that need no Node/],
  ['src-main/library/library.ts', "import('@headlight/explain/testing')", /by tests/],
  ['packages/explain/src/onnx/read.ts', "import('../autodiff/rule')", /^onnx may import errors, files, itself/],
  ['packages/explain/src/onnx/read.ts', "import('@shared/errors')", /depends on nothing of the program/],
  ['packages/explain/src/onnx/read.ts', "import('../../../../src-main/cli/main')", /Relative imports stay in packages/],
  ['packages/explain/src/explain/analyse.ts', "import('onnxruntime-node')", /handed in/],
])('refuses in %s: %s', async (filePath, text, message) => {
  expect(await messages(filePath, text)).toEqual([expect.stringMatching(message)])
})

it.each([
  ['src-renderer/ui/format.ts', "import('../base/links')"],
  ['src-renderer/app/screens.ts', "import('../features/gallery/GalleryScreen')"],
  ['src-renderer/features/heads/commands.ts', "import '../heads/HeadsScreen.module.css'"],
  ['src-main/library/library.ts', "export type Ort = typeof import('onnxruntime-node')"],
  ['src-main/service/index.ts', "import('../library/library')"],
  ['src-main/service/index.ts', "import('@headlight/explain/onnx')"],
  ['src-shared/targets.ts', "import('@headlight/explain/methods')"],
  ['packages/explain/src/explain/analyse.ts', "import('../errors')"],
])('lets pass in %s: %s', async (filePath, text) => {
  expect(await messages(filePath, text)).toEqual([])
})
