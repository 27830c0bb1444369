import { join, resolve } from 'node:path'
import { AGAINST_NOTHING, QUERY_SUREST } from '@headlight/explain/class-inputs'
import { readNpy, writeNpy } from '@headlight/explain/files'
import { pictureSize } from '@headlight/explain'
import { makeFolder } from '../../library/project/make-folder'
import { readTargets } from '../array-targets'
import { type CommandContext, EXIT } from '../command'
import { supportedModel } from '../model-argument'
import { flag, methodSettings, methodsOf, precision, provider, required, text } from '../options'
import { LIKENESS, likeOf, modelChoiceOf } from '../model-choice'
import { regionOf } from '../region-target'
import { usage } from '../usage'
import { printCertificate } from './certify'

export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const out = resolve(required(options, 'out'))
  const input = await readSamples(required(options, 'input'))
  const explained = modelChoiceOf(options)
  const model = await supportedModel(context, context.positionals[0] ?? '', explained)
  const region = regionOf(text(options, 'target'), model.labels)
  const wanted = likeOf(options) !== null ? String(LIKENESS) : region ? undefined : text(options, 'target')
  // A scalar has no images; its shape is refused when the request is read.
  const chosen = readTargets(wanted, input.dims[0] ?? 0, model)
  const targets = chosen.map(({ target }) => region?.target ?? target)
  const against = chosen.map((contrast) => contrast.against)
  const contrast = against.some((index) => index !== AGAINST_NOTHING)
  const request = {
    ...{ input, targets, ...(contrast && { against }), ...explained },
    ...{ queries: chosen.map(({ query = QUERY_SUREST }) => query), noObject: model.noObject },
    ...(region && { region: region.file }),
    ...{ methods: methodsOf(options, model), settings: methodSettings(options), raw: flag(options, 'raw') },
    ...{ provider: provider(options), precision: precision(options) },
  }
  const graph = text(options, 'save-graph')
  const compute = context.backend().compute.acquire()
  const saveGraph = graph === undefined ? null : resolve(graph)
  const {
    arrays,
    choice,
    seconds,
    notes,
    targets: found,
    detections,
  } = await compute.explain({ ...request, modelPath: model.path, saveGraph })

  makeFolder(out)
  for (const { name, dims, data } of arrays) await writeNpy(join(out, `${name}.npy`), dims, data)
  const files = arrays.map(({ name, dims }) => ({ name, dims }))
  for (const { provider, reason } of choice.passedOver) output.note(`${provider} was passed over: ${reason}`)
  for (const note of notes) output.note(note)
  output.line(`provider      ${choice.provider} (${choice.precision}), ${seconds.toFixed(2)} s`)
  for (const [sample, detection] of detections?.entries() ?? []) {
    const box = detection.box?.map((share) => share.toFixed(3)).join(', ')
    output.line(
      `sample ${sample}      class ${found[sample]} at query ${detection.query}${box ? `, box ${box} (centre x, centre y, width, height)` : ''}`,
    )
  }
  for (const { name, dims } of files) output.line(`${join(out, `${name}.npy`)}  [${dims.join(', ')}]`)
  // The arrays are written before the check, which may take longer and may fail.
  output.status('Checking the gradients against finite differences')
  const certificate = await compute.certify(model.path, {
    ...explained,
    size: pictureSize(input.dims),
    signal: context.signal,
  })
  output.endStatus()
  const explainedAt = detections?.map((detection, sample) => ({ class: found[sample]!, ...detection }))
  output.document({
    ...choice,
    seconds,
    notes,
    certificate,
    out,
    files,
    ...(detections && { detections: explainedAt }),
  })
  printCertificate(output, certificate)
  return certificate.passed ? EXIT.done : EXIT.failed
}

async function readSamples(file: string): Promise<{ dims: number[]; data: Float32Array }> {
  const { dims, data } = await readNpy(resolve(file))
  if (!(data instanceof Float32Array) || dims.length !== 4) {
    throw usage(`${file} has to hold float32 [B, C, H, W], already preprocessed.`)
  }
  return { dims, data }
}
