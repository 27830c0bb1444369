/** Models that take their pictures channels-last, `[B, H, W, C]`, as TensorFlow's exporters write them. */
import type { Graph } from '../onnx/graph'
import { attributes, GraphNode } from '../onnx/node'
import { elementCount, type Tensor } from '../onnx/tensor'
import { MAX_CHANNELS } from './image-size'

/** Gives a graph with channels-last input one that is channels-first, in place; false where there is nothing to do. */
export function takeChannelsFirst(graph: Graph): boolean {
  const [input] = graph.inputs
  if (!input || graph.inputs.length > 1 || !isChannelsLast(graph)) return false
  const [batch, height, width, channels] = input.dims as [
    number | string,
    number | string,
    number | string,
    number | string,
  ]
  const turned = graph.fresh('channels_last')
  graph.replaceUses(input.name, turned)
  graph.nodes.unshift(new GraphNode('Transpose', [input.name], [turned], attributes({ perm: [0, 2, 3, 1] })))
  input.dims = [batch, channels, height, width]
  return true
}

/** By its shape; where that is open, by what the graph does first. */
function isChannelsLast(graph: Graph): boolean {
  const { name, dims } = graph.inputs[0]!
  if (dims.length !== 4) return false
  const [, second, , last] = dims
  if (typeof second === 'number' && second >= 1 && second <= MAX_CHANNELS) return false
  if (last === 1 || last === 3 || last === 4) return true
  return typeof last !== 'number' && typeof second !== 'number' && turnsFirst(graph, name)
}

/** Whether the graph transposes the picture to channels-first before anything reads positions. */
function turnsFirst(graph: Graph, name: string): boolean {
  const consumers = graph.consumers()
  let value = name
  for (let steps = 0; steps < 8; steps++) {
    const readers = (consumers.get(value) ?? []).filter(({ op }) => op !== 'Shape')
    const [reader] = readers
    if (readers.length !== 1) return false
    if (reader!.op === 'Transpose') return reader!.intsAttr('perm')?.join() === '0,3,1,2'
    if (!['Cast', 'Identity', 'Sub', 'Add', 'Mul', 'Div'].includes(reader!.op)) return false
    value = reader!.outputs[0]!
  }
  return false
}

/** float32 `[B, C, H, W]` as `[B, H, W, C]`. */
export function toChannelsLast({ type, dims, data }: Tensor): Tensor {
  const [batch, channels, height, width] = dims as [number, number, number, number]
  const turned = new Float32Array(data.length)
  const places = height * width
  for (let b = 0; b < batch; b++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let place = 0; place < places; place++) {
        turned[(b * places + place) * channels + channel] = Number(data[(b * channels + channel) * places + place])
      }
    }
  }
  return { type, dims: [batch, height, width, channels], data: turned }
}

/** float32 `[B, H, W, C]` as `[B, C, H, W]`. */
export function toChannelsFirst(dims: readonly number[], data: Float32Array): { dims: number[]; data: Float32Array } {
  const [batch, height, width, channels] = dims as [number, number, number, number]
  const turned = new Float32Array(elementCount([...dims]))
  const places = height * width
  for (let b = 0; b < batch; b++) {
    for (let place = 0; place < places; place++) {
      for (let channel = 0; channel < channels; channel++) {
        turned[(b * channels + channel) * places + place] = data[(b * places + place) * channels + channel]!
      }
    }
  }
  return { dims: [batch, channels, height, width], data: turned }
}

/** Height and width of pictures `[B, C, H, W]`, or `[B, H, W, C]` where only the last axis can be channels. */
export function pictureSize([, second, third, last]: readonly number[]): { height: number; width: number } | null {
  const turned = (last ?? 0) <= 4 && (second ?? 0) > 16
  const [height, width] = turned ? [second, third] : [third, last]
  return height && width ? { height, width } : null
}
