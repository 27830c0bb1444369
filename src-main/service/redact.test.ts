import { expect, test } from 'vitest'
import { redact } from './redact'

const places = [
  { path: '/home/ada', name: '~' },
  { path: '/home/ada/My data/cats', name: '<dataset 1>' },
]

test.each([
  ['cannot read /home/ada/My data/cats/Coat/a cat 1.jpg: ENOENT', 'cannot read <dataset 1>/<image>: ENOENT'],
  ['/scratch/u17/secret project/model.onnx is gone', '…/secret project/model.onnx is gone'],
  ['at file:///opt/headlight/out/main/library.js:12:3', 'at …/library.js:12:3'],
  ['{"path":"C:\\\\Users\\\\ada\\\\x\\\\m.onnx"}', '{"path":"…/m.onnx"}'],
  ['IMG_0001.JPEG cannot be decoded', '<image> cannot be decoded'],
  ['8/10 images, softmax/Add', '8/10 images, softmax/Add'],
])('%s', (text, expected) => {
  expect(redact(text, places)).toBe(expected)
})
