import type { DatasetSample, LabelsFrom } from './source'

/** The first folder level of a path, null for a file at the root. */
export function classFolder(path: string): string | null {
  const slash = path.indexOf('/')
  return slash < 0 ? null : path.slice(0, slash)
}

/** Labels an archive's samples by their first folder level below the folders that all of them share; says which that is. */
export function labelByFolder(samples: readonly DatasetSample[]): LabelsFrom | null {
  const names = samples.map(({ path, location }) => (typeof location === 'string' ? path : location.name))
  const shared = sharedFolder(names)
  samples.forEach((sample, index) => (sample.label = classFolder(names[index]?.slice(shared) ?? '')))
  const level = names[0]?.slice(0, shared).split('/').length ?? 1
  return samples.some(({ label }) => label !== null) ? { from: `folder level ${level}`, level } : null
}

/** How many characters all paths share as folders without images of their own: such a folder is no class. */
function sharedFolder(paths: readonly string[]): number {
  const [first = ''] = paths
  for (let end = 0; ;) {
    const slash = first.indexOf('/', end)
    if (slash < 0) return end
    const prefix = first.slice(0, slash + 1)
    if (!paths.every((path) => path.startsWith(prefix) && path.includes('/', prefix.length))) return end
    end = prefix.length
  }
}
