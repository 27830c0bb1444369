/** Weight standardisation is written out as PyTorch computes it. */
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { GraphBuilder } from './builder'
import { Graph } from './graph'
import { writeOutStandardisation } from './standardised-weights'
import { writeModel } from './write'

const CHANNELS = 4
const EACH = 18
const weights = Float32Array.from({ length: CHANNELS * EACH }, (_, at) => Math.sin(at * 1.7) * (1 + (at % 5)))
const SCALE = [0.5, 1, 2, -1]
const BIAS = [0, 0.25, -1, 3]

/** Weights `[4, 2, 3, 3]` as `[1, 4, 18]`, standardised, times a number that the picture gives. */
function standardising(reads: 'weights' | 'running mean'): Graph {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'x', type: 'float32', dims: [1] }]
  const g = new GraphBuilder(graph, 'test')
  const whole = g.constant(g.floats([CHANNELS, 2, 3, 3], weights))
  const [scale, bias, mean, variance] = [SCALE, BIAS, [0, 0, 0, 0], [1, 1, 1, 1]].map((values) =>
    g.constant(g.floats([CHANNELS], values)),
  ) as [string, string, string, string]
  const names = g.ops('BatchNormalization', [g.reshape(whole, [1, CHANNELS, -1]), scale, bias, mean, variance], 3, {
    training_mode: 1,
    epsilon: { float: 1e-3 },
  })
  g.op('Mul', [names[reads === 'weights' ? 0 : 1]!, 'x'], {}, ['y'])
  graph.outputs = [{ name: 'y', type: 'float32', dims: ['?', '?', '?'] }]
  return graph
}

it('mean and biased variance over each channel, with scale and bias', async () => {
  const graph = standardising('weights')
  writeOutStandardisation(graph)
  expect(graph.nodes.map(({ op }) => op)).not.toContain('BatchNormalization')
  const loaded = await onnxRuntime()(writeModel(graph))
  const { y } = await loaded.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(1) } }, ['y'])
  await loaded.release()
  expect(y!.dims).toEqual([1, CHANNELS, EACH])
  for (let channel = 0; channel < CHANNELS; channel++) {
    const own = weights.subarray(channel * EACH, (channel + 1) * EACH)
    const mean = own.reduce((sum, value) => sum + value, 0) / EACH
    const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / EACH
    own.forEach((value, at) => {
      const wanted = ((value - mean) / Math.sqrt(variance + 1e-3)) * SCALE[channel]! + BIAS[channel]!
      expect(y!.data[channel * EACH + at]).toBeCloseTo(wanted, 5)
    })
  }
})

it('one whose running mean is read, and one of what the picture decides, stay', () => {
  const running = standardising('running mean')
  writeOutStandardisation(running)
  expect(running.nodes.map(({ op }) => op)).toContain('BatchNormalization')
  const ofPicture = standardising('weights')
  for (const node of ofPicture.nodes) if (node.op === 'Reshape') node.inputs[0] = 'x'
  writeOutStandardisation(ofPicture)
  expect(ofPicture.nodes.map(({ op }) => op)).toContain('BatchNormalization')
})
