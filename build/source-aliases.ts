/** The paths of tsconfig.base.json as Vite's aliases, so that they are written down once. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Alias } from 'vite'

const root = resolve(import.meta.dirname, '..')
const { compilerOptions } = JSON.parse(readFileSync(resolve(root, 'tsconfig.base.json'), 'utf8')) as {
  compilerOptions: { paths: Record<string, [string]> }
}

export const sourceAliases: Alias[] = Object.entries(compilerOptions.paths).map(([name, [target]]) =>
  name.endsWith('/*')
    ? { find: name.slice(0, -2), replacement: resolve(root, target.slice(0, -2)) }
    : { find: new RegExp(`^${name}$`), replacement: resolve(root, target) },
)
