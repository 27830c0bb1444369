/** Models that were read and understood, kept for as long as their file stays the same. */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { Certificate } from '@headlight/explain/report'
import type { ModelInfo } from '@shared/api'
import { LRUCache } from 'lru-cache'
import { analyseModel, certify, type AnalysedModel } from '@headlight/explain'
import { modelIdentity } from '@headlight/explain/onnx'
import type { ModelChoice } from './api'
import { FileStamps } from './file-stamps'
import { pictureSizeBeside } from './model-files'
import { onnxRuntime } from './onnx-runtime'
import { SharedWork } from './shared-work'

const KEPT = 3

export interface KnownModel {
  info: ModelInfo
  model: AnalysedModel
  /** Files with the model's external data, absolute. */
  dataFiles: string[]
  /** False once the content of the model's file, or of its external data, is another than was read. */
  unchanged(): Promise<boolean>
  /** Checked at the first request, on the CPU; given up when nobody waits for it any more. */
  certificate(signal?: AbortSignal): Promise<Certificate>
}

/** Height and width in pixels. */
type ImageSize = { height: number; width: number }

/** Analyses each model once, keyed by path, size and time of change. */
export class AnalysedModels {
  readonly #known = new LRUCache<string, Promise<KnownModel>>({ max: KEPT })

  /**
   * Throws 'not-found' or 'unreadable-model', 'usage' for an output or a tower that is not there; a model that is not supported
   * is a result.
   * @param choice the output to explain, left out for the one that is found, and the tower, where there are several
   * @param size for models that leave height and width open: the size that pictures will have, where it is known
   */
  async get(file: string, choice: ModelChoice = {}, size: ImageSize | null = null): Promise<KnownModel> {
    const known = await this.#learn(file, choice, null)
    const { supported, input } = known.info
    const [height, width] = input.shape.slice(-2)
    if (!size || (supported && height === size.height && width === size.width)) return known
    return this.#learn(file, choice, size)
  }

  async #learn(file: string, choice: ModelChoice, size: ImageSize | null): Promise<KnownModel> {
    const found = await stat(file).catch((cause: unknown) => {
      throw new HeadlightError('not-found', `There is no model file ${file}.`, { cause })
    })
    const { output, tower } = choice
    const key = JSON.stringify([path.resolve(file), found.size, found.mtimeMs, output ?? null, tower ?? null, size])
    const kept = this.#known.get(key)
    // External data may change while the model's own file stays as it is.
    const known = kept && (await (await kept).unchanged()) ? kept : learn(path.resolve(file), choice, size)
    this.#known.set(key, known)
    // A failure is told, not kept: the file may be mended.
    known.catch(() => this.#known.delete(key))
    return known
  }
}

async function learn(file: string, { output, tower }: ModelChoice, size: ImageSize | null): Promise<KnownModel> {
  const imageSize = size ?? (await pictureSizeBeside(file)) ?? undefined
  const { hash, bytes, dataFiles } = await modelIdentity(file)
  let stamps = await FileStamps.of([file, ...dataFiles])
  const model = await analyseModel(file, onnxRuntime(), {
    imageSize,
    output: output ?? undefined,
    tower: tower ?? undefined,
  })
  const info = { ...model.report, path: file, fileName: path.basename(file), hash, bytes }
  const certificate = new SharedWork((signal) => certify(model, onnxRuntime(), { signal }))
  const unchanged = async () => {
    if (await stamps.hold()) return true
    // Touched, or copied over: only the content decides.
    const now = await FileStamps.of([file, ...dataFiles])
    // What cannot be read any more is another file as well.
    const identity = await modelIdentity(file).catch(() => null)
    if (identity?.hash !== hash) return false
    stamps = now
    return true
  }
  return { info, model, dataFiles, unchanged, certificate: (signal) => certificate.get(signal) }
}
