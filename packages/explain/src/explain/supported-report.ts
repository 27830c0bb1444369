/** What is told of a model. */
import type { ClassVectorsReport, DenseReport, ModelReport } from './report'
import type { Graph } from '../onnx/graph'
import type { ModelAnatomy } from './anatomy'
import { type ClassHead } from './class-head'
import { type DenseOutput } from './dense-output'
import { describeSites } from './site-shape'

/** What was found out about a model that can be explained. */
export function supportedReport(anatomy: ModelAnatomy, empty: ModelReport): ModelReport {
  const { attentions, geometry, logits, graph, head, dense } = anatomy
  return {
    ...empty,
    supported: true,
    layers: attentions.layers.length,
    heads: attentions.heads,
    ...(attentions.layerHeads && { layerHeads: attentions.layerHeads }),
    tokens: attentions.tokens,
    ...(attentions.tokens > 0 && otherTokens(attentions.tokens, geometry.patches)),
    ...(attentions.tokens === 0 && { sites: describeSites(attentions.layers) }),
    ...(attentions.noMaps !== undefined && { noMaps: attentions.noMaps }),
    grid: geometry.grid,
    input: { name: graph.inputs[0]!.name, shape: graph.inputs[0]!.dims },
    classes: logits.classes,
    output: head?.output ?? logits.original,
    task: logits.task,
    ending: logits.ending,
    dynamicBatch: anatomy.dynamicBatch,
    readoutRows: anatomy.readoutRows,
    notes: anatomy.notes,
    ...(attentions.towers.length > 0 && { towers: attentions.towers, tower: attentions.tower }),
    ...(head && { classVectors: vectorsReport(head) }),
    ...(dense && { dense: denseReport(dense) }),
  }
}

/** Tokens behind the last patch are suffix tokens (detection tokens of YOLOS); all others that are no patches count as prefix. */
function otherTokens(tokens: number, patches: readonly number[]): Pick<ModelReport, 'prefixTokens' | 'suffixTokens'> {
  const suffix = tokens - 1 - patches.reduce((last, token) => Math.max(last, token), 0)
  return { prefixTokens: tokens - patches.length - suffix, ...(suffix > 0 && { suffixTokens: suffix }) }
}

function denseReport({ value: _, ...report }: DenseOutput): DenseReport {
  return report
}

function vectorsReport({ readout, vectors }: ClassHead): ClassVectorsReport {
  const { source, kind, scale, bias, prompts } = vectors
  return { source, kind, scale, bias: bias !== null, readout, ...(prompts && { prompts: [...prompts.prompts] }) }
}

/** The report of a model that nothing is known of but what its file says. */
export function emptyReport(graph: Graph): ModelReport {
  const input = graph.inputs[0]
  return {
    supported: false,
    reasons: [],
    layers: 0,
    heads: 0,
    tokens: 0,
    prefixTokens: 0,
    grid: [0, 0],
    input: { name: input?.name ?? '', shape: input?.dims ?? [] },
    classes: 0,
    output: '',
    outputs: [],
    task: 'single-label',
    ending: 'none',
    opset: graph.opset,
    producer: graph.producer,
    dynamicBatch: typeof input?.dims[0] === 'string',
    readoutRows: [],
  }
}
