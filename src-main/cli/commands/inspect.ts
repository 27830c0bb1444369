import { resolve } from 'node:path'
import type { ModelFiles, ModelInfo } from '@shared/api'
import { type Command, EXIT } from '../command'
import { table } from '../output'

export const inspect: Command = {
  name: 'inspect',
  summary: 'What a model is, and whether it can be explained.',
  usage: 'MODEL.onnx [--json]',
  options: {},
  arguments: 1,
  async execute({ positionals: [path = ''], output, backend }) {
    const model = await backend().compute.acquire().inspect(resolve(path))
    output.document(report(model))
    output.line(table(['', ''], rows(model)).trimStart())
    for (const reason of model.reasons) output.line(`Not supported: ${reason}`)
    return model.supported ? EXIT.done : EXIT.refused
  },
}

/** The fields that the command line promises. */
function report(model: ModelInfo) {
  const { supported, reasons, layers, heads, tokens, prefixTokens, grid, input, classes } = model
  const { opset, producer, dynamicBatch, readoutRows } = model
  return {
    ...{ supported, reasons, layers, heads, tokens, prefixTokens, grid, input, classes },
    ...{ opset, producer, dynamicBatch, readoutRows },
  }
}

function rows(model: ModelInfo & ModelFiles): string[][] {
  const {
    preprocessing: { size, resize, source },
  } = model
  return [
    ['model', `${model.fileName}, ${(model.bytes / 1e6).toFixed(1)} MB, opset ${model.opset}, ${model.producer}`],
    ['supported', model.supported ? 'yes' : 'no'],
    [
      'attention',
      `${model.layers} layers of ${model.heads} heads, ${model.tokens} tokens, ${model.prefixTokens} of them prefix`,
    ],
    ['patch grid', model.grid.join(' x ')],
    [
      'input',
      `${model.input.name} [${model.input.shape.join(', ')}]${model.dynamicBatch ? '' : ', one sample at a time'}`,
    ],
    ['read out', `rows ${listed(model.readoutRows)}`],
    ['classes', `${model.classes}, names from ${model.labelsSource}`],
    ['pictures', `${size.width} x ${size.height}, resize ${resize.mode}, from ${source}`],
    ['sha-256', model.hash],
  ]
}

function listed(values: number[]): string {
  return values.length <= 4 ? values.join(', ') : `${values[0]} to ${values.at(-1)}`
}
