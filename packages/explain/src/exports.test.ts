/** What package.json exports, what is built, and what the program's tools resolve are the same entries. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import build from '../tsdown.config'

const folder = join(import.meta.dirname, '..')
const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'))

test('package.json, the build and tsconfig.base.json name the same entries', () => {
  const exported = Object.keys(json('package.json').exports as object)
  const entries = Object.entries((build as { entry: Record<string, string> }).entry)
  const keyOf = (name: string) => (name === 'index' ? '.' : `./${name}`)
  expect(exported.sort()).toEqual([...entries.map(([name]) => keyOf(name)), './package.json'].sort())

  const paths = json('../../tsconfig.base.json').compilerOptions.paths as Record<string, [string]>
  for (const [name, source] of entries) {
    const alias = name === 'index' ? '@headlight/explain' : `@headlight/explain/${name}`
    expect(paths[alias], alias).toEqual([`./packages/explain/${source}`])
  }
})

test('what the entries need of other packages is declared', () => {
  const { dependencies } = json('package.json') as { dependencies: Record<string, string> }
  const root = json('../../package.json') as { dependencies: Record<string, string> }
  // The program's bundle loads them as well, from its own dependencies.
  for (const [name, version] of Object.entries(dependencies)) expect(root.dependencies[name], name).toBe(version)
})
