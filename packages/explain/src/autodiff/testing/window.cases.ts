/** Cases of operators over windows and of those that change the resolution. Most have no double kernel in ONNX Runtime's cpu. */
import type { Attributes } from '../../onnx/builder'
import type { GradientCase, Operand } from './gradient-case'

const plane: Operand = { dims: [1, 2, 5, 6] }
/** No two values are near to each other, so that no maximum changes within a step. */
const apart = (dims: number[]): Operand => ({ dims, values: (_, at) => ((at * 37) % 101) * 0.21 - 10 })

function pool(op: string, name: string, values: Attributes, rest: Partial<GradientCase> = {}): GradientCase {
  return {
    ...{ op, name, single: true, operands: [op === 'MaxPool' ? apart(plane.dims) : plane] },
    build: (g, [x]) => g.op(op, [x!], values),
    ...rest,
  }
}

const windows: { name: string; values: Attributes; opset?: number }[] = [
  { name: 'windows side by side', values: { kernel_shape: [2, 3], strides: [2, 3] } },
  { name: 'windows that overlap', values: { kernel_shape: [3, 2], strides: [2, 1] } },
  { name: 'padding', values: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] } },
  { name: 'uneven padding', values: { kernel_shape: [3, 2], pads: [1, 0, 0, 1] } },
  { name: 'a last window that is cut off', values: { kernel_shape: [2, 4], strides: [2, 3], ceil_mode: 1 }, opset: 19 },
  {
    name: 'a last window that is cut off, padded',
    values: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2], ceil_mode: 1 },
    opset: 19,
  },
  { name: 'the same size', values: { kernel_shape: [2, 3], auto_pad: 'SAME_UPPER', strides: [2, 1] } },
  { name: 'dilated', values: { kernel_shape: [2, 2], dilations: [2, 3] }, opset: 19 },
]

const poolCases: GradientCase[] = ['AveragePool', 'LpPool', 'MaxPool'].flatMap((op) => [
  ...windows
    // LpPool has ceil_mode and dilations from opset 18.
    .map(({ name, values, opset }) => pool(op, name, values, opset ? { opset } : {})),
  pool(op, 'along one axis', { kernel_shape: [3], pads: [1, 1] }, { operands: [apart([1, 2, 6])] }),
])

const resized = (name: string, values: Attributes, to: { sizes?: number[]; scales?: number[] }, dims = [1, 2, 3, 4]) =>
  [13, 19].map((opset): GradientCase => ({
    ...{ op: 'Resize', name: `${name}, opset ${opset}`, opset, single: true, operands: [{ dims }] },
    build: (g, [x]) => {
      const batch = () => g.slice(g.op('Shape', [x!]), [0], [1], [0])
      if (to.sizes) return g.op('Resize', [x!, '', '', g.concat([batch(), g.ints(to.sizes.slice(1))], 0)], values)
      return g.op('Resize', [x!, '', g.constant(g.floats([to.scales!.length], to.scales!))], values)
    },
  }))

const MODES: Attributes[] = [
  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'].flatMap((coordinate_transformation_mode) => [
    { mode: 'linear', coordinate_transformation_mode },
    { mode: 'cubic', coordinate_transformation_mode, cubic_coeff_a: { float: -0.75 } },
  ]),
  ...['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'].flatMap((nearest_mode) =>
    ['asymmetric', 'half_pixel'].map((coordinate_transformation_mode) => ({
      mode: 'nearest',
      coordinate_transformation_mode,
      nearest_mode,
    })),
  ),
  { mode: 'cubic', coordinate_transformation_mode: 'half_pixel', exclude_outside: 1 },
]

const resizeCases: GradientCase[] = [
  ...MODES.flatMap((values) => {
    const name = Object.values(values).map(String).join(' ')
    return [
      ...resized(`${name}, larger`, values, { sizes: [1, 2, 5, 9] }),
      ...resized(`${name}, smaller`, values, { sizes: [1, 2, 2, 3] }),
      ...resized(`${name}, scales`, values, { scales: [1, 1, 1.7, 0.6] }),
    ]
  }),
  ...resized('one axis', { mode: 'linear' }, { sizes: [1, 2, 3, 7] }),
  ...resized(
    'to one place',
    { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    { sizes: [1, 2, 1, 1] },
  ),
  ...resized('a scale that keeps the length', { mode: 'linear' }, { scales: [1, 1, 1.2, 1] }),
  ...resized('by default', {}, { scales: [1, 1, 2, 2] }),
  ...resized('along one axis', { mode: 'nearest' }, { scales: [1, 1, 2] }, [1, 2, 3]),
  ...['linear', 'cubic'].map((mode): GradientCase => ({
    ...{ op: 'Resize', name: `${mode}, antialiased`, opset: 18, single: true, operands: [{ dims: [1, 2, 6, 7] }] },
    build: (g, [x]) => g.op('Resize', [x!, '', g.constant(g.floats([4], [1, 1, 0.5, 0.6]))], { mode, antialias: 1 }),
  })),
  {
    ...{ op: 'Resize', name: 'some axes', opset: 18, single: true, operands: [{ dims: [1, 2, 3, 4] }] },
    build: (g, [x]) => g.op('Resize', [x!, '', '', g.ints([6, 5])], { mode: 'linear', axes: [2, -1] }),
  },
  {
    ...{ op: 'Resize', name: 'opset 10', opset: 10, single: true, operands: [{ dims: [1, 2, 3, 4] }] },
    build: (g, [x]) => g.op('Resize', [x!, g.constant(g.floats([4], [1, 1, 2, 3]))], { mode: 'linear' }),
  },
]

const blocks = (op: string, name: string, dims: number[], values: Attributes): GradientCase => ({
  ...{ op, name, operands: [{ dims }] },
  build: (g, [x]) => g.op(op, [x!], values),
})

export const windowCases: GradientCase[] = [
  ...poolCases,
  pool('AveragePool', 'padding that counts', { kernel_shape: [3, 2], pads: [1, 0, 1, 1], count_include_pad: 1 }),
  pool(
    'AveragePool',
    'padding that counts, a last window that is cut off',
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1, ceil_mode: 1 },
    { opset: 19 },
  ),
  pool('LpPool', 'p 1', { kernel_shape: [2, 2], p: 1 }, { operands: [apart(plane.dims)] }),
  pool('LpPool', 'p 3', { kernel_shape: [2, 2], p: 3 }),
  ...resizeCases,
  ...['DCR', 'CRD'].map((mode) => blocks('DepthToSpace', mode, [1, 12, 2, 3], { blocksize: 2, mode })),
  blocks('DepthToSpace', 'by default', [1, 4, 2, 3], { blocksize: 2 }),
  blocks('SpaceToDepth', 'plain', [1, 2, 4, 6], { blocksize: 2 }),
]
