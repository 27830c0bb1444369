import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { ModelFiles, ModelInfo } from '@shared/api'
import type { ModelChoice } from '../compute/api'
import { findModelFiles } from '../compute/model-files'
import type { ComputeSource } from '../runs/compute-source'

const KEPT = 16

type Inspected = ModelInfo & ModelFiles

/**
 * What inspecting models told. A question about class names or preprocessing is then answered here, while the compute
 * process is busy with a certificate: the model is remembered for as long as its file stays the same, the files beside
 * it are read anew.
 */
export class SeenModels {
  readonly #compute: ComputeSource
  readonly #seen = new LRUCache<string, { stamp: string; model: Inspected }>({ max: KEPT })

  constructor(compute: ComputeSource) {
    this.#compute = compute
  }

  /** Asks the compute process, and remembers what it says. */
  async inspect(path: string, choice: ModelChoice = {}): Promise<Inspected> {
    const key = keyOf(path, choice)
    const stamp = await stampOf(path)
    const model = await this.#compute.acquire().inspect(path, choice)
    this.#seen.delete(key)
    if (stamp !== null) this.#seen.set(key, { stamp, model })
    return model
  }

  /** Like `inspect`, without asking the compute process about a model that it has told of before. */
  async recall(path: string, choice: ModelChoice = {}): Promise<Inspected> {
    const seen = this.#seen.get(keyOf(path, choice))
    if (!seen || seen.stamp !== (await stampOf(path))) return this.inspect(path, choice)
    return { ...seen.model, ...(await findModelFiles(path, seen.model)) }
  }
}

const keyOf = (path: string, { output, tower }: ModelChoice) =>
  JSON.stringify([resolve(path), output ?? null, tower ?? null])

/** Changes with the file; null where there is none. */
async function stampOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  return found && `${found.size} ${found.mtimeMs}`
}
