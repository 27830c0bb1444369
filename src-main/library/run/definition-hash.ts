import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { RunDefinition } from '@shared/api'

/**
 * The identity of a run, hex: SHA-256 over what its results depend on. The model counts by its content, not its path,
 * and the batch size not at all, so that a moved model or a smaller batch resumes the run.
 */
export function definitionHash(definition: RunDefinition, modelHash: string): string {
  const { modelPath: _path, batch: _batch, ...described } = definition
  // Notes about a run; the classes that numbers mean are part of its label mapping.
  const { maskRule: _rule, preprocessingWarnings: _said, datasetNotes: _notes, numbersFrom: _from, ...rest } = described
  const { source: _source, rules, ...steps } = definition.preprocessing
  const { of: _of, ...roundings } = rules ?? {}
  const preprocessing = { ...steps, ...(Object.keys(roundings).length > 0 && { rules: roundings }) }
  const { classVectors } = definition
  const identity = {
    ...rest,
    // The name of the file does not count; the kind is part of the hash.
    ...(classVectors && { classVectors: classVectors.hash }),
    preprocessing,
    modelHash,
    dataPath: resolve(definition.dataPath),
    masksPath: definition.masksPath === null ? null : resolve(definition.masksPath),
    methods: [...definition.methods].sort(),
  }
  return createHash('sha256').update(stableJson(identity)).digest('hex')
}

/** JSON with the keys of every object in order. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
