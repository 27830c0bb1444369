import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LRUCache } from 'lru-cache'
import { type ModelChoice, modelChoice, type ModelFiles, type ModelInfo } from '@shared/api'
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
    const stamp = await stampOf(path, choice)
    const model = await this.#compute.acquire().inspect(path, choice)
    this.#seen.delete(key)
    if (stamp !== null) this.#seen.set(key, { stamp, model })
    return model
  }

  /** Like `inspect`, without asking the compute process about a model that it has told of before. */
  async recall(path: string, choice: ModelChoice = {}): Promise<Inspected> {
    const seen = this.#seen.get(keyOf(path, choice))
    if (!seen || seen.stamp !== (await stampOf(path, choice))) return this.inspect(path, choice)
    const files = await findModelFiles(path, seen.model)
    if (!seen.model.classVectors) return { ...seen.model, ...files }
    // Class vectors bring the names of their classes.
    const { labels, labelKeys, labelsSource } = seen.model
    return { ...seen.model, ...files, labels, labelKeys, labelsSource }
  }
}

const keyOf = (path: string, choice: ModelChoice) => JSON.stringify([resolve(path), modelChoice(choice)])

/** Changes with the model's file and that of class vectors; null where one is not there. */
async function stampOf(path: string, { classes }: ModelChoice): Promise<string | null> {
  const found = await Promise.all(
    [path, ...(classes ? [classes.path] : [])].map((file) => stat(file).catch(() => null)),
  )
  return found.includes(null) ? null : found.map((file) => `${file!.size} ${file!.mtimeMs}`).join()
}
