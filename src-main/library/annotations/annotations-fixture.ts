import { join } from 'node:path'
import type { AnnotationChange } from '@shared/api'
import { allAnnotationParts } from '@shared/api/annotation-parts'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

/** A project with a finished run 1 over these pictures (all alike), in a library of its own. For tests. */
export async function projectOf(folder: string, name: string, reviewer: string, paths: string[]): Promise<Library> {
  const library = new Library()
  const data = join(folder, name, 'images')
  await writeImages(data, paths)
  await library.project.create({ path: join(folder, name, 'P.headlight') })
  await library.annotations.setReviewer({ name: reviewer })
  const run = await library.runs.begin({ definition: definitionOf(data), model, certificate: null })
  const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
  await library.runs.commit({ runId: run.id, batch: batchOf(samples, { predictions: paths.map(() => 0) }) })
  return library
}

export const tag = (id: number, name: string, on = true): AnnotationChange => ({
  kind: 'tag',
  tag: name,
  ids: Uint32Array.of(id),
  on,
})
export const verdict = (id: number, name: string): AnnotationChange => ({
  kind: 'verdict',
  verdict: name,
  ids: Uint32Array.of(id),
})
export const note = (id: number, text: string): AnnotationChange => ({ kind: 'note', text, ids: Uint32Array.of(id) })

/** The whole file of annotations. */
export const write = async (library: Library, format: 'json' | 'csv', runId?: number) =>
  Buffer.concat(await allAnnotationParts((after) => library.annotations.export({ format, runId, after })))
export const textOf = (content: Uint8Array) => Buffer.from(content).toString('utf8')
