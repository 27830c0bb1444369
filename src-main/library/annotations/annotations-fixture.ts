import { join } from 'node:path'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

/** A project with a finished run 1 over these pictures (all alike), in a library of its own. For tests. */
export async function projectOf(folder: string, name: string, reviewer: string, paths: string[]): Promise<Library> {
  const library = new Library()
  const data = join(folder, name, 'images')
  await writeImages(data, paths)
  await library.create(join(folder, name, 'P.headlight'))
  await library.annotations('annotations.setReviewer', { name: reviewer })
  const run = await library.beginRun(definitionOf(data), model, null)
  const samples = await library.pending(run.id, -1, 10)
  await library.commit(run.id, batchOf(samples, { predictions: paths.map(() => 0) }))
  return library
}
