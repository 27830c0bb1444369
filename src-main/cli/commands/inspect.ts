import { modelChoiceOf } from '../model-choice'
import { resolve } from 'node:path'
import type { ModelFiles, ModelInfo } from '@shared/api'
import { type CommandContext, EXIT } from '../command'
import { hasHeadMaps, headsInWords, headsOf, type SiteReport, sitesInWords } from '@headlight/explain/report'
import { table } from '../output'

export async function execute({ positionals: [path = ''], options, output, backend }: CommandContext): Promise<number> {
  const question = modelChoiceOf(options)
  const model = await backend().compute.acquire().inspect(resolve(path), question)
  output.document(report(model))
  output.line(table(['', ''], rows(model)).trimStart())
  if (model.noMaps !== undefined) output.line(`No maps: ${model.noMaps}`)
  for (const note of model.notes ?? []) output.line(`Note: ${note}`)
  for (const reason of model.reasons) output.line(`Not supported: ${reason}`)
  return model.supported ? EXIT.done : EXIT.refused
}

/** The fields that the command line promises, and after them what later versions added. */
function report(model: ModelInfo & ModelFiles) {
  const { supported, reasons, layers, layerHeads, suffixTokens, input, classes, noMaps } = model
  // Windows, stages and pooled keys have no tokens in common.
  const { prefixTokens } = hasHeadMaps(model) ? model : { prefixTokens: null }
  const tokens = hasHeadMaps(model) ? model.tokens : null
  const grid = noMaps === undefined ? model.grid : null
  // Where layers differ, `sites` says how many heads each has.
  const heads = layerHeads ? null : model.heads
  const { opset, producer, dynamicBatch, readoutRows } = model
  const { output, outputs, task, taskSource, ending, batchReason, notes, towers, tower, features, classVectors } = model
  const { dense, noObject } = model
  return {
    ...{ supported, reasons, layers, heads, tokens, prefixTokens, ...(suffixTokens && { suffixTokens }) },
    ...{ grid, input, classes },
    ...{ opset, producer, dynamicBatch, readoutRows },
    ...{ output, outputs, task, taskSource, ending, batchReason, notes: notes ?? [], towers: towers ?? [], tower },
    ...{ features: features ?? [], classVectors, dense, noObject },
    sites: sitesOf(model),
    ...(noMaps !== undefined && { noMaps }),
  }
}

function sitesOf(model: ModelInfo): SiteReport[] {
  const { tokens, layers } = model
  const shape = { rows: tokens, columns: tokens, windows: 1, kind: 'global' as const }
  return (
    model.sites ?? Array.from({ length: layers }, (_, layer) => ({ layer, heads: headsOf(model, layer), ...shape }))
  )
}

function rows(model: ModelInfo & ModelFiles): string[][] {
  const {
    preprocessing: { size, resize, source },
  } = model
  return [
    ['model', `${model.fileName}, ${(model.bytes / 1e6).toFixed(1)} MB, opset ${model.opset}, ${model.producer}`],
    ['supported', model.supported ? 'yes' : 'no'],
    ...attentionRows(model),
    [
      'input',
      `${model.input.name} [${model.input.shape.join(', ')}]${model.dynamicBatch ? '' : ', one sample at a time'}`,
    ],
    ...(model.noMaps === undefined
      ? [['read out', model.dense ? 'the rows that the explained scalar reads' : `rows ${listed(model.readoutRows)}`]]
      : []),
    ['explained', explained(model)],
    ...(model.classVectors ? [['class vectors', vectorsLine(model.classVectors)]] : []),
    ...model.outputs.map(({ name, shape }, index) => [index === 0 ? 'outputs' : '', `${name} [${shape.join(', ')}]`]),
    [
      'classes',
      `${model.classes}, names from ${model.labelsSource}${model.dense ? '' : `; ${model.task}, as ${model.taskSource} says`}`,
    ],
    ['pictures', `${size.width} x ${size.height}, resize ${resize.mode}, from ${source}`],
    ['sha-256', model.hash],
    ...(model.batchReason ? [['batch', model.batchReason]] : []),
  ]
}

function attentionRows(model: ModelInfo): string[][] {
  const { tokens, prefixTokens, suffixTokens, grid, sites } = model
  if (sites) {
    const shapes = sitesInWords(sites).map((line) => ['', line])
    const maps = model.noMaps === undefined ? [['patch grid', grid.join(' x ')]] : [['maps', 'none, head scores alone']]
    return [['attention', headsInWords(model)], ...shapes, ...maps]
  }
  const suffix = suffixTokens ? `, ${suffixTokens} suffix` : ''
  return [
    ['attention', `${headsInWords(model)}, ${tokens} tokens, ${prefixTokens} of them prefix${suffix}`],
    ['patch grid', grid.join(' x ')],
  ]
}

function explained({ output, ending, task, dense }: ModelInfo): string {
  const before = ending === 'none' ? '' : `, the logits before its ${ending}`
  if (dense?.kind === 'queries')
    return `${output}, ${dense.queries} queries${dense.boxes ? ` with boxes in ${dense.boxes}` : ''}`
  if (dense) return `${output}, ${dense.height} x ${dense.width} places`
  const pair = {
    binary: '; its one logit z counts for class 1, -z for class 0',
    regression: '; a number, class 1, with its negative as class 0',
  }
  return `${output}${before}${task in pair ? pair[task as keyof typeof pair] : ''}`
}

function vectorsLine({ source, kind, scale, bias, hash }: NonNullable<ModelInfo['classVectors']>): string {
  return `${source}, ${kind}, scale ${scale ?? '1 (none given)'}${bias ? ', with a bias' : ''}, ${hash.slice(0, 12)}`
}

function listed(values: number[]): string {
  return values.length <= 4 ? values.join(', ') : `${values[0]} to ${values.at(-1)}`
}
