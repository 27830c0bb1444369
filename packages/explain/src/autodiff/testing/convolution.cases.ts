/** Cases of convolutions. ONNX Runtime's cpu has no double kernels of them. */
import { type Attributes } from '../../onnx/builder'
import { weights, type GradientCase } from './gradient-case'

interface Shapes {
  dims: number[]
  kernel: number[]
  bias?: number
}

function convolution(op: string, name: string, { dims, kernel, bias }: Shapes, values: Attributes = {}): GradientCase {
  return {
    ...{ op, name, operands: [{ dims }], single: true },
    build: (g, [x]) => g.op(op, [x!, weights(g, kernel), ...(bias ? [weights(g, [bias])] : [])], values),
  }
}

const image = [1, 2, 5, 6]

export const convolutionCases: GradientCase[] = [
  convolution('Conv', 'a kernel with a bias', { dims: image, kernel: [3, 2, 3, 2], bias: 3 }),
  convolution('Conv', 'strides that leave places over', { dims: image, kernel: [3, 2, 2, 3] }, { strides: [2, 2] }),
  convolution(
    'Conv',
    'strides wider than the kernel',
    { dims: [1, 2, 6, 6], kernel: [3, 2, 1, 2] },
    { strides: [4, 3], pads: [0, 1, 0, 0] },
  ),
  convolution(
    'Conv',
    'padded unevenly and dilated',
    { dims: image, kernel: [3, 2, 2, 2] },
    { pads: [1, 0, 2, 1], dilations: [2, 3], strides: [1, 2] },
  ),
  convolution(
    'Conv',
    'each channel by itself',
    { dims: image, kernel: [4, 1, 3, 3] },
    { group: 2, pads: [1, 1, 1, 1] },
  ),
  convolution(
    'Conv',
    'the same size',
    { dims: image, kernel: [2, 2, 2, 3] },
    { auto_pad: 'SAME_UPPER', strides: [2, 1] },
  ),
  convolution('Conv', 'the same size, from below', { dims: image, kernel: [2, 2, 2, 3] }, { auto_pad: 'SAME_LOWER' }),
  convolution('Conv', 'along one axis', { dims: [1, 2, 5], kernel: [2, 2, 3] }, { pads: [1, 1] }),
  convolution('ConvTranspose', 'a kernel with a bias', { dims: [1, 2, 3, 3], kernel: [2, 3, 2, 3], bias: 3 }),
  convolution(
    'ConvTranspose',
    'strides, pads and output padding',
    { dims: [1, 2, 3, 2], kernel: [2, 3, 3, 3] },
    { strides: [2, 3], pads: [1, 0, 1, 1], output_padding: [1, 1] },
  ),
  convolution(
    'ConvTranspose',
    'groups, dilated',
    { dims: [1, 2, 3, 2], kernel: [2, 2, 2, 2] },
    { group: 2, dilations: [2, 1] },
  ),
]
