/** The paths of tsconfig.base.json as Vite's aliases, so that they are written down once. */
import { resolve } from 'node:path'
import type { Alias } from 'vite'
import tsconfig from '../tsconfig.base.json' with { type: 'json' }

const paths = Object.entries(tsconfig.compilerOptions.paths) as [string, [string]][]

export const sourceAliases: Alias[] = paths.map(([name, [target]]) =>
  name.endsWith('/*')
    ? { find: name.slice(0, -2), replacement: resolve(target.slice(0, -2)) }
    : { find: new RegExp(`^${name}$`), replacement: resolve(target) },
)
