import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { openDataset } from '../open-dataset'
import type { DatasetListing, ListOptions } from '../source'
import { png } from './archives'
import { temporaryFolder } from './temporary-folder'

/** A folder for each test of a file, in which datasets are laid out with one small picture, and listed. */
export function fieldDatasets() {
  const folder = temporaryFolder()
  let image: Buffer
  beforeAll(async () => {
    image = await png('#c00')
  })
  return {
    folder,
    picture: () => image,
    /** Writes the picture at each path. */
    write(...paths: string[]): void {
      for (const path of paths) folder.write(path, image)
    },
    list: async (path = folder.path(), options?: ListOptions): Promise<DatasetListing> =>
      (await openDataset(path)).list(options),
    /** The path of a file in fixtures/field. */
    fixture: (name: string) => join(import.meta.dirname, '..', 'fixtures', 'field', name),
  }
}

/** Every sample as `path: label (split)`. */
export function rows({ samples }: DatasetListing): string[] {
  return samples.map(({ path, label, split }) => `${path}: ${label}${split === null ? '' : ` (${split})`}`)
}
