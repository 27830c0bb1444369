import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findDemo } from '../../service/places'

/** Copies pictures of the demo, by their path there, into a folder; `as` gives each its path in it. */
export function copyDemoPictures(paths: readonly string[], into: string, as: (index: number) => string): void {
  const { dataPath } = findDemo()!
  paths.forEach((path, index) => {
    const copy = join(into, as(index))
    mkdirSync(dirname(copy), { recursive: true })
    cpSync(join(dataPath, path), copy)
  })
}
