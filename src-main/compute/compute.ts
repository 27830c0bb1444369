import sharp from 'sharp'
import { HeadlightError } from '@shared/errors'
import { type HeadFill, pictureSize } from '@headlight/explain'
import { type ModelChoice, modelChoice, type ModelInfo, type Preprocessing } from '@shared/api'
import type { SampleLocation } from '../datasets/location'
import { INSIDE, VOID } from '../datasets/mask/mask-regions'
import { Ablator } from './ablation/ablator'
import { AnalysedModels, type KnownModel } from './analysed-models'
import type {
  AblationInput,
  AblationOptions,
  ComputeApi,
  ExplainArrays,
  EvaluationInput,
  EvaluationOptions,
  InspectedModel,
  InspectQuestion,
  CertifyQuestion,
  PrepareOptions,
  PreparedSession,
  RunModelQuestion,
  SampleInput,
} from './api'
import { withChosenFiles } from './chosen-files'
import { classVectorsFile } from './class-vectors/read-class-vectors'
import { decode, orientationOf, readImageFile } from './decode'
import { decodeSample, type DecodeSample } from './decode-sample'
import { explainArrays } from './explain-arrays'
import { Evaluator } from './evaluation/evaluator'
import { TextFiles } from './json-file'
import { InferenceLane } from './inference-lane'
import { modelChanged } from './model-changed'
import { findModelFiles, findTask, noObjectNotes } from './model-files'
import { readMask } from './mask'
import { inputTensor } from './preprocess'
import { levelsOf, previewInput } from './preview-input'
import { LikenessExplainer } from './likeness-explainer'
import { SampleExplainer } from './sample-explainer'
import { Session } from './session'
import type { Abortable } from '../process'

/** The compute process: models, sessions on execution providers, and the decoding for them. See ComputeApi. */
export class Compute implements ComputeApi {
  readonly #models = new AnalysedModels()
  readonly #lane = new InferenceLane()
  readonly #samples: SampleExplainer
  readonly #likeness: LikenessExplainer
  readonly #decode: DecodeSample
  readonly #sessions: Opened<Session> = new Map()
  readonly #evaluators: Opened<Evaluator> = new Map()
  readonly #ablators: Opened<Ablator> = new Map()
  #nextSession = 1

  /** Decodes in this thread unless a pool is given. */
  constructor(decode: DecodeSample = decodeSample) {
    this.#decode = decode
    this.#samples = new SampleExplainer(this.#models, this.#lane, decode)
    this.#likeness = new LikenessExplainer(this.#models, this.#lane, decode)
  }

  async inspect(path: string, { files: chosen, ...question }: InspectQuestion = {}): Promise<InspectedModel> {
    const texts = new TextFiles()
    const { info, classNames } = await this.#models.get(path, modelChoice(question), null, texts)
    const beside = await findModelFiles(path, info, texts)
    const named = classNames ? { ...classNames, ...vectorsTask(info) } : await findTask(path, info, texts)
    const model = { ...info, ...beside, ...named }
    const found = chosen ? await withChosenFiles(model, chosen, texts) : model
    return { ...found, notes: [...(info.notes ?? []), ...noObjectNotes(info, found)] }
  }

  async checkModel(question: RunModelQuestion): Promise<void> {
    await this.#known(question)
  }

  async certify(path: string, { size, signal, perHead = false, ...choice }: CertifyQuestion = {}) {
    const { certificate } = await this.#models.get(path, modelChoice(choice), size)
    return certificate(perHead, signal)
  }

  async classVectorsFile(path: string, choice: ModelChoice) {
    const vectors = await this.#models.classVectors(path, choice)
    return vectors && { hash: vectors.hash, bytes: classVectorsFile(vectors) }
  }

  async prepare(options: PrepareOptions): Promise<PreparedSession> {
    const known = await this.#known(options)
    const opened = await Session.open(known, options, this.#lane, this.#decode)
    if (!(await known.unchanged())) {
      await opened.close()
      throw modelChanged(known.info)
    }
    const session = this.#nextSession++
    this.#sessions.set(session, { opened, known })
    return { session, model: known.info, choice: opened.choice, batch: opened.batch }
  }

  async run(session: number, samples: SampleInput[]) {
    return ask(this.#sessions, session, (opened) => opened.run(samples))
  }

  async prepareEvaluation(options: EvaluationOptions) {
    const known = await this.#known(options)
    const opened = await Evaluator.open(known, options, this.#lane, this.#decode)
    const session = this.#nextSession++
    this.#evaluators.set(session, { opened, known })
    return { session, choice: opened.choice }
  }

  async evaluate(session: number, samples: EvaluationInput[], { signal }: Abortable = {}) {
    return ask(this.#evaluators, session, (opened) => opened.evaluate(samples, signal))
  }

  async prepareAblation(options: AblationOptions) {
    const known = await this.#known(options)
    const opened = await Ablator.open(known, options, this.#lane, this.#decode)
    const session = this.#nextSession++
    this.#ablators.set(session, { opened, known })
    return { session, choice: opened.choice }
  }

  async headCriteria(session: number, samples: SampleInput[]) {
    return ask(this.#ablators, session, (opened) => opened.criteria(samples))
  }

  async headOutputSums(session: number, samples: SampleInput[]) {
    return ask(this.#ablators, session, (opened) => opened.outputSums(samples))
  }

  async fillHeads(session: number, fill: HeadFill) {
    return ask(this.#ablators, session, (opened) => opened.fill(fill))
  }

  async switchHeadsOff(session: number, samples: AblationInput[], gates: Uint8Array, { signal }: Abortable = {}) {
    return ask(this.#ablators, session, (opened) => opened.switchOff(samples, gates, signal))
  }

  async explainSample(question: Parameters<ComputeApi['explainSample']>[0]) {
    return this.#samples.explain(question)
  }

  async attention(question: Parameters<ComputeApi['attention']>[0]) {
    return this.#samples.attention(question)
  }

  async layerMaps(question: Parameters<ComputeApi['layerMaps']>[0]) {
    return this.#samples.layerMaps(question)
  }

  async likeness(question: Parameters<ComputeApi['likeness']>[0]) {
    return this.#likeness.explain(question)
  }

  async explain(request: ExplainArrays) {
    const known = await this.#models.get(request.modelPath, modelChoice(request), pictureSize(request.input.dims))
    return this.#lane.run('batch', () => explainArrays(known, request))
  }

  async inputPicture(file: SampleLocation, preprocessing: Preprocessing) {
    const { values, width, height } = inputTensor(await decode(await readImageFile(file)), preprocessing)
    return new Uint8Array(
      await sharp(levelsOf(values, preprocessing), { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    )
  }

  async maskPicture(
    { file, mask, reading }: Parameters<ComputeApi['maskPicture']>[0],
    preprocessing: Preprocessing,
  ): Promise<Uint8Array | null> {
    if (mask === null) return null
    const image = await readImageFile(file)
    const { width: wide, height: high } = await decode(image)
    const masked = { width: wide, height: high, orientation: () => orientationOf(image) }
    const { mask: read } = await readMask(mask, reading, masked, preprocessing)
    if (read === null) return null
    const { width, height, regions } = read
    const grey = regions.map((region) => (region === INSIDE ? 255 : region === VOID ? 128 : 0))
    return new Uint8Array(
      await sharp(grey, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer(),
    )
  }

  async previewInputs(files: Parameters<ComputeApi['previewInputs']>[0], preprocessing: Preprocessing) {
    return Promise.all(files.map((sample) => previewInput(sample, preprocessing, this.#decode)))
  }

  async inputTensors(files: SampleLocation[], preprocessing: Preprocessing) {
    const decoded = await Promise.all(
      files.map((file) => this.#decode({ id: 0, file, mask: null, target: -1 }, preprocessing)),
    )
    return decoded.map(({ values, notes }) => ({ values, notes }))
  }

  async close(session: number) {
    for (const sessions of [this.#sessions, this.#evaluators, this.#ablators]) {
      const found = sessions.get(session)
      sessions.delete(session)
      await found?.opened.close()
    }
  }

  /** Throws 'model-changed' where another file than the expected one lies at the path. */
  async #known({ modelPath, expectedHash, preprocessing, ...choice }: ExpectedModel): Promise<KnownModel> {
    const known = await this.#models.get(modelPath, modelChoice(choice), preprocessing.size)
    if (expectedHash !== null && expectedHash !== known.info.hash) throw modelChanged(known.info)
    return known
  }
}

/** By the number of the session. */
type Opened<Kind> = Map<number, { opened: Kind; known: KnownModel }>

type ExpectedModel = Omit<RunModelQuestion, 'expectedHash'> & Pick<PrepareOptions, 'expectedHash'>

/** Weights may be mapped from the file, so a write to it changes them: an answer of changed weights is not returned. */
async function ask<Kind, Answer>(
  sessions: Opened<Kind>,
  session: number,
  question: (opened: Kind) => Promise<Answer>,
): Promise<Answer> {
  const found = sessions.get(session)
  if (!found) throw new HeadlightError('internal', `There is no session ${session}.`)
  const answer = await question(found.opened)
  if (!(await found.known.unchanged())) throw modelChanged(found.known.info)
  return answer
}

/** The cosine with a single vector is a number, unless a scale or a bias make a logit of it. */
function vectorsTask({ task, classVectors }: ModelInfo): Pick<InspectedModel, 'task' | 'taskSource'> {
  const isCosine = classVectors?.kind === 'cosine' && classVectors.scale === null && !classVectors.bias
  if (task === 'binary' && isCosine) return { task: 'regression', taskSource: 'a single vector without a scale' }
  return { task, taskSource: 'the file of class vectors' }
}
