/** What is known of a picture's size before anything is run. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readModel } from '../onnx/read'
import { imageShapes } from './image-size'

const zoo = (name: string) => join(import.meta.dirname, '../../../../models/zoo', name, 'model.onnx')

test('attention over more patches than memory holds is refused before it is run, with what to do', async () => {
  const graph = await readModel(zoo('timm_vit_op17'))
  const input = graph.inputs[0]!
  const shape = imageShapes(graph)[0]!
  input.dims = [1, 3, 4096, 4096]
  expect(() => imageShapes(graph)).toThrow(
    /4096 x 4096 pixels has 262,144 patches of 8 x 8 here.* single head over them takes .*smaller pictures/,
  )
  input.dims = [1, 3, 1024, 1024]
  expect(imageShapes(graph)).toEqual([[3, 1024, 1024]])
  expect(shape).toEqual([3, 32, 32])
})
