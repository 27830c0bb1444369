/** Analysed models, kept for as long as their files stay unchanged. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { Certificate } from '@headlight/explain/report'
import type { FoundLabels, ModelChoice, ModelInfo } from '@shared/api'
import { LRUCache } from 'lru-cache'
import { analyseModel, certify, type AnalysedModel } from '@headlight/explain'
import { modelIdentity } from '@headlight/explain/onnx'
import { classVectorsOf } from './class-vectors/class-vectors-of'
import type { ReadClassVectors } from './class-vectors/read-class-vectors'
import { FileStamps } from './file-stamps'
import type { TextFiles } from './json-file'
import { bothClasses, pictureSizeBeside, PREPROCESSING_FILES } from './model-files'
import { TOKENIZER_FILES } from './prompts/tokeniser'
import { onnxRuntime } from './onnx-runtime'
import { SharedWork } from './shared-work'

const KEPT = 3

export interface KnownModel {
  info: ModelInfo
  model: AnalysedModel
  /** Names of the classes, where class vectors give them. */
  classNames: FoundLabels | null
  /** Files with the model's external data, absolute. */
  dataFiles: string[]
  /** False once the content of the model's file, or of its external data, has changed. */
  unchanged(): Promise<boolean>
  /** The certificate, computed on the CPU at the first request; cancelled when no caller waits for it. */
  certificate(perHead: boolean, signal?: AbortSignal): Promise<Certificate>
}

/** Height and width in pixels. */
type ImageSize = { height: number; width: number }

/** Analyses each model once, keyed by path, size and time of change. */
export class AnalysedModels {
  readonly #known = new LRUCache<string, Promise<KnownModel>>({ max: KEPT })
  /** What the model itself made of prompts or pictures: minutes of work for a large folder. */
  readonly #made = new LRUCache<string, Promise<ReadClassVectors>>({ max: KEPT })

  /**
   * Throws 'not-found' or 'unreadable-model', 'usage' for an output, a tower or class vectors that do not fit; a model that is not
   * supported is a result.
   * @param size for models that leave height and width open: the size that pictures will have, where it is known
   * @param texts what was read already of the files beside the model
   */
  async get(
    file: string,
    choice: ModelChoice = {},
    size: ImageSize | null = null,
    texts?: TextFiles,
  ): Promise<KnownModel> {
    const known = await this.#learn(file, choice, null, texts)
    const { supported, input } = known.info
    const [height, width] = input.shape.slice(-2)
    if (!size || (supported && height === size.height && width === size.width)) return known
    return this.#learn(file, choice, size, texts)
  }

  /** The class vectors of a choice, null without any. Throws as `get`. */
  async classVectors(file: string, choice: ModelChoice): Promise<ReadClassVectors | null> {
    return this.#vectors(resolve(file), choice, await identityOf(file, choice))
  }

  async #vectors(
    file: string,
    choice: ModelChoice,
    identity: unknown[],
    texts?: TextFiles,
  ): Promise<ReadClassVectors | null> {
    const { classes } = choice
    if (!classes) return null
    if (!classes.prompts && !classes.typed && !classes.like) return classVectorsOf(classes, file, choice, texts)
    const key = JSON.stringify(identity)
    const made = this.#made.get(key) ?? classVectorsOf(classes, file, choice, texts)
    this.#made.set(key, made)
    made.catch(() => this.#made.delete(key))
    return made
  }

  async #learn(
    file: string,
    choice: ModelChoice,
    size: ImageSize | null,
    texts: TextFiles | undefined,
  ): Promise<KnownModel> {
    const identity = await identityOf(file, choice)
    const key = JSON.stringify([...identity, size])
    const kept = this.#known.get(key)
    // External data may change while the model's own file stays as it is.
    const isSame = kept !== undefined && (await (await kept).unchanged())
    if (kept && !isSame) this.#made.delete(JSON.stringify(identity))
    const vectors = () => this.#vectors(resolve(file), choice, identity, texts)
    const known = isSame ? kept : learn(resolve(file), choice, size, vectors, texts)
    this.#known.set(key, known)
    // A failure is not kept, because the file may be repaired.
    known.catch(() => this.#known.delete(key))
    return known
  }
}

/** Of what a model and its class vectors are learnt: paths with sizes and times of change. Throws 'not-found'. */
async function identityOf(file: string, choice: ModelChoice): Promise<unknown[]> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no model file ${file}.`, { cause })
  })
  const { classes } = choice
  // A file that is not there is told by reading it.
  const vectors = classes && !classes.typed ? await stat(classes.path).catch(() => null) : null
  const beside =
    classes?.prompts || classes?.typed
      ? TOKENIZER_FILES.map((name) => join(dirname(file), name))
      : likeFiles(file, classes)
  const tokenizer = await Promise.all(beside.map((one) => stat(one).catch(() => null)))
  return [
    ...[resolve(file), found.size, found.mtimeMs, choice.output ?? null, choice.tower ?? null],
    ...(classes ? [classes, vectors?.size, vectors?.mtimeMs, choice.features ?? null] : []),
    ...tokenizer.map((one) => one && [one.size, one.mtimeMs]),
  ]
}

/** What says how the pictures are prepared whose features are compared with. */
function likeFiles(model: string, classes: ModelChoice['classes']): string[] {
  if (!classes?.like) return []
  const { preprocessPath } = classes.like
  return [...PREPROCESSING_FILES.map((name) => join(dirname(model), name)), ...(preprocessPath ? [preprocessPath] : [])]
}

async function learn(
  file: string,
  choice: ModelChoice,
  size: ImageSize | null,
  classVectors: () => Promise<ReadClassVectors | null>,
  texts: TextFiles | undefined,
): Promise<KnownModel> {
  const { output, tower, features } = choice
  const vectors = await classVectors()
  const imageSize = size ?? (await pictureSizeBeside(file, texts)) ?? undefined
  const { hash, bytes, dataFiles } = await modelIdentity(file)
  let stamps = await FileStamps.of([file, ...dataFiles])
  const model = await analyseModel(file, onnxRuntime(), {
    readsFiles: true,
    imageSize,
    output: vectors?.output ?? output ?? undefined,
    tower: tower ?? undefined,
    classes: vectors ?? undefined,
    features: features ?? undefined,
  })
  const { classVectors: described, ...report } = model.report
  const info = {
    ...{ ...report, path: file, fileName: basename(file), hash, bytes },
    ...(described && vectors && { classVectors: { ...described, hash: vectors.hash } }),
    ...(vectors && { notes: [...(report.notes ?? []), ...vectorNotes(vectors)] }),
  }
  const certified = (perHead: boolean) => new SharedWork((signal) => certify(model, onnxRuntime(), { signal, perHead }))
  const [together, headByHead] = [certified(false), certified(true)]
  const unchanged = async () => {
    if (await stamps.hold()) return true
    // The file was touched or overwritten: its content decides.
    const now = await FileStamps.of([file, ...dataFiles])
    // A file that can no longer be read counts as changed.
    const identity = await modelIdentity(file).catch(() => null)
    if (identity?.hash !== hash) return false
    stamps = now
    return true
  }
  return {
    info,
    model,
    classNames: vectors && bothClasses(namesOf(vectors), info),
    dataFiles,
    unchanged,
    certificate: (perHead, signal) => (perHead ? headByHead : together).get(signal),
  }
}

function namesOf({ names, namesFrom }: ReadClassVectors): FoundLabels {
  return { labels: [...names], labelKeys: null, labelsSource: namesFrom }
}

function vectorNotes({ source, kind, kindAsked, passedOver, notes = [] }: ReadClassVectors): string[] {
  return [
    ...notes,
    ...(kindAsked ? [kindNote(source, kind)] : []),
    ...(passedOver.length > 0 ? [`Of ${source} was not read: ${passedOver.join(', ')}.`] : []),
  ]
}

const kindNote = (source: string, kind: ReadClassVectors['kind']) =>
  `${source} does not say how its vectors become logits; they are taken as ${kind === 'cosine' ? 'directions to compare by cosine' : 'the weights of a linear probe'}, as was asked for.`
