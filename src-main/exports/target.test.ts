import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ProjectInfo } from '@shared/api'
import { writeThroughDraft } from './draft'
import { refuseForWindow, refuseLeadingOut, refuseProtected } from './target'

const folder = mkdtempSync(join(tmpdir(), 'headlight-target-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (...names: string[]) => join(folder, ...names)
for (const name of ['P.headlight', 'images/Coat', 'models', 'tables', 'out', 'full', 'ours', '.ssh']) {
  mkdirSync(at(name), { recursive: true })
}
for (const name of [
  'images/Coat/1.png',
  'models/vit.onnx',
  'models/vit.onnx.data',
  'tables/list.csv',
  'tables/1.jpg',
]) {
  writeFileSync(at(name), '')
}
for (const name of [
  'P.headlight/review.sqlite',
  'full/thesis.tex',
  'ours/overlays.csv',
  '.ssh/authorized_keys',
  'tables/notes.txt',
  'out/old.csv',
]) {
  writeFileSync(at(name), '')
}
symlinkSync(at('images'), at('out', 'link'))
symlinkSync(at('P.headlight', 'review.sqlite'), at('out', 'linked.csv'))
linkSync(at('models', 'vit.onnx'), at('out', 'model.csv'))
linkSync(at('tables', 'list.csv'), at('out', 'table.csv'))
mkdirSync(at('Other.headlight', 'figures'), { recursive: true })
writeFileSync(at('Other.headlight', 'review.sqlite'), '')
symlinkSync(at('Other.headlight'), at('out', 'other'))
if (process.platform !== 'win32') execFileSync('mkfifo', [at('out', 'pipe.csv')])

const run = (dataPath: string) => ({ definition: { dataPath, masksPath: null, modelPath: at('models', 'vit.onnx') } })
const project = {
  path: at('P.headlight'),
  runs: [run(at('images')), run(at('tables', 'list.csv'))],
} as unknown as ProjectInfo

test.each([
  ['P.headlight/review.sqlite', /inside the project/],
  ['P.headlight/new.csv', /inside the project/],
  ['images/Coat/1.png', /inside the dataset/],
  ['images/new.csv', /inside the dataset/],
  ['out/link/new.csv', /inside the dataset/],
  ['out/linked.csv', /inside the project/],
  ['models/vit.onnx', /file of a model/],
  ['models/vit.onnx.data', /file of a model/],
  ['tables/list.csv', /file of the dataset/],
  ['tables/1.jpg', /may be a file of the dataset/],
  ['out/model.csv', /file of a model/],
  ['out/table.csv', /file of the dataset/],
  ['Other.headlight/closed.json', /inside the project .*Other/],
  ['Other.headlight/figures/a.json', /inside the project .*Other/],
  ['out/other/new/deep.csv', /inside the project .*Other/],
  ['out/list.csv.', /reads as another one/],
  ['out/list.csv ', /reads as another one/],
  ['out/new /list.csv', /reads as another one/],
  ['P.headlight./list.csv', /reads as another one/],
  ['out', /not a regular file/],
  ['out/pipe.csv', /not a regular file/],
])('%s is never written over, by anybody', (name, sentence) => {
  const out = at(...name.split('/'))
  expect(() => refuseProtected({ out, isFolder: false }, project)).toThrow(sentence)
})

test('other places are free', () => {
  for (const name of ['out/new.csv', 'out/old.csv', 'models/results.csv', 'tables/new.csv', 'elsewhere/deep/new.csv']) {
    const target = { out: at(...name.split('/')), isFolder: false }
    expect(() => refuseProtected(target, project)).not.toThrow()
    expect(() => refuseForWindow(target, 'csv', project)).not.toThrow()
  }
  for (const name of ['new', 'out-of-nothing', 'ours']) {
    const target = { out: at(name), isFolder: true }
    expect(() => refuseProtected(target, project)).not.toThrow()
    expect(() => refuseForWindow(target, 'png', project)).not.toThrow()
  }
})

test('a dataset that cannot be looked at any more refuses no export elsewhere', () => {
  symlinkSync(at('loop'), at('loop'))
  const lost = { ...project, runs: [run(at('loop'))] } as unknown as ProjectInfo
  expect(() => refuseProtected({ out: at('out', 'list.csv'), isFolder: false }, lost)).not.toThrow()
})

test('overlays do not go into folders of the dataset or of others', () => {
  expect(() => refuseProtected({ out: at('images', 'overlays'), isFolder: true }, project)).toThrow(/dataset/)
  expect(() => refuseProtected({ out: at('out', 'old.csv'), isFolder: true }, project)).toThrow(/is a file/)
  expect(() => refuseForWindow({ out: at('full'), isFolder: true }, 'png', project)).toThrow(/holds other files/)
})

test('overlays neither go into a folder that holds the dataset, nor through a link into it', () => {
  expect(() => refuseProtected({ out: at('tables'), isFolder: true }, project)).toThrow(/holds the dataset/)
  expect(() => refuseProtected({ out: folder, isFolder: true }, project)).toThrow(/holds the dataset/)
  symlinkSync(at('images', 'Coat'), at('ours', 'Coat'))
  expect(() => refuseLeadingOut(at('ours'), at('ours', 'Coat', '1_gmar.png'))).toThrow(/leads to .*images/)
  expect(() => refuseLeadingOut(at('ours'), at('ours', 'Coat', 'new', '1_gmar.png'))).toThrow(/leads to .*images/)
  expect(() => refuseLeadingOut(at('ours'), at('ours', 'Bag', '1_gmar.png'))).not.toThrow()
})

/** On the disks of macOS and Windows, as they usually are. */
const ignoresCase = existsSync(at('p.HEADLIGHT'))
test.runIf(ignoresCase).each([
  ['p.HEADLIGHT/new.csv', /inside the project/],
  ['IMAGES/new.csv', /inside the dataset/],
  ['TABLES/LIST.csv', /file of the dataset/],
  ['Models/VIT.onnx', /file of a model/],
])('%s, the same in another case, is refused', (name, sentence) => {
  expect(() => refuseProtected({ out: at(...name.split('/')), isFolder: false }, project)).toThrow(sentence)
})

test('what a hard link names otherwise stays as it is', async () => {
  writeFileSync(at('images', 'Coat', '2.png'), 'a picture')
  linkSync(at('images', 'Coat', '2.png'), at('out', 'linked-picture.csv'))
  await writeThroughDraft(at('out', 'linked-picture.csv'), (file) => file.writeFile('a table'))
  expect(readFileSync(at('images', 'Coat', '2.png'), 'utf8')).toBe('a picture')
})

test.each([
  ['.bashrc', 'csv', /hidden/],
  ['..bashrc', 'csv', /hidden/],
  ['.ssh/authorized_keys', 'csv', /hidden/],
  ['.config/autostart/x.html', 'html', /hidden/],
  ['out/script.sh', 'csv', /does not end in \.csv/],
  ['out/data', 'npz', /does not end in \.npz/],
  ['out/page.html', 'json', /does not end in \.json/],
])('a window does not write %s as %s', (name, format, sentence) => {
  const target = { out: at(...name.split('/')), isFolder: false }
  expect(() => refuseForWindow(target, format, project)).toThrow(sentence)
})

test('beside a project that lies in a hidden folder a window may write', () => {
  const hidden = { ...project, path: at('.local', 'share', 'Demo.headlight') }
  expect(() => refuseForWindow({ out: at('.local', 'share', 'x.csv'), isFolder: false }, 'csv', hidden)).not.toThrow()
  expect(() => refuseForWindow({ out: at('.local', 'share', '.x.csv'), isFolder: false }, 'csv', hidden)).toThrow(
    /hidden/,
  )
  expect(() => refuseForWindow({ out: at('.ssh', 'x.csv'), isFolder: false }, 'csv', hidden)).toThrow(/hidden/)
})
