import { basename, resolve } from 'node:path'
import type { ModelInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { copyRun } from '../lineage/run-copies'
import type { Project } from '../project/project'
import { storedDefinition, storedModel, type StoredRun } from '../stored/stored-run'

/**
 * Points every run of this model at its file; gives their names. Throws 'model-changed', with both hashes, when no
 * run was computed with a model of this content.
 */
export async function relinkModel(project: Project, path: string): Promise<string[]> {
  const file = resolve(path)
  // Loaded when it is needed: ONNX's messages take longer to set up than most of this process.
  const { modelIdentity } = await import('@headlight/explain/onnx')
  const { hash } = await modelIdentity(file)
  const runs = project.review
    .prepare<[], Pick<StoredRun, 'id' | 'name' | 'definition' | 'model'>>(
      `SELECT id, name, definition, model FROM run ORDER BY id`,
    )
    .all()
    .map((row) => ({
      ...row,
      definition: storedDefinition(row),
      model: storedModel(row),
    }))
  const fitting = runs.filter(({ model }) => model.hash === hash)
  if (fitting.length === 0) throw anotherModel(file, hash, runs)
  const write = project.review.prepare(`UPDATE run SET definition = ?, model = ? WHERE id = ?`)
  project.review.transaction(() => {
    for (const { id, definition, model } of fitting) {
      const moved = { ...model, path: file, fileName: basename(file) }
      write.run(JSON.stringify({ ...definition, modelPath: file }), JSON.stringify(moved), id)
    }
  })()
  for (const { id } of fitting) copyRun(project, id)
  return fitting.map(({ name }) => name)
}

function anotherModel(file: string, hash: string, runs: readonly { name: string; model: ModelInfo }[]): HeadlightError {
  const known = new Map(runs.map(({ model }) => [model.hash, model.fileName]))
  const expected = [...known].map(([other, fileName]) => `${fileName} with SHA-256 ${other}`).join(', or ')
  const sentence =
    known.size === 0
      ? 'The project holds no run, so there is no model to relink.'
      : `${file} is another model (SHA-256 ${hash}). The runs were computed with ${expected}.`
  return new HeadlightError('model-changed', sentence)
}
