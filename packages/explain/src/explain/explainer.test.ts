/** What an explainer gives, and what it does not take. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quickRuntime as load } from '../testing/runtimes'
import { classTokenRow, reference, relativeError, zoo } from '../testing/zoo'
import { analyseModel } from './analyse'
import { AGAINST_RUNNER_UP } from './class-inputs'
import { openExplainer } from './explainer'

const name = 'hf_vit_op14'

test('gives every array of the options, batch by batch, for the classes that were asked for', async () => {
  const model = await analyseModel(join(zoo, name, 'model.onnx'), load)
  const explainer = await openExplainer(model, load, { methods: ['chefer'], raw: true, batch: 1 })
  const pixels = reference(name, 'pixel_values')
  const found = await explainer.explain(pixels, { targets: [1, 7] })
  expect(found.targets).toEqual([1, 7])
  expect(Object.keys(found.maps)).toEqual(['chefer'])
  for (const [what, array, wanted] of [
    ['logits', found.logits, reference(name, 'logits')],
    ['attention', found.attention!, reference(name, 'attention')],
    ['gradient', found.gradient!, reference(name, 'gradient')],
    ['head_l2', found.headL2!, reference(name, 'head_l2')],
    ['map_chefer', found.maps.chefer!, classTokenRow(name, 'map_chefer')],
  ] as const) {
    expect(relativeError(array.data, wanted.data), what).toBeLessThan(1e-4)
  }
  expect((await explainer.explain(pixels)).targets).toEqual([7, 6])

  const wrong = { code: 'usage' }
  await expect(explainer.explain({ dims: [1, 3, 8, 8], data: new Float32Array(192) })).rejects.toMatchObject(wrong)
  await expect(explainer.explain({ dims: [1], data: new Float64Array(1) })).rejects.toMatchObject(wrong)
  await expect(explainer.explain(pixels, { targets: [1] })).rejects.toMatchObject(wrong)
  await expect(explainer.explain(pixels, { targets: [1, 10] })).rejects.toMatchObject(wrong)
  await explainer.release()
})

test('explains a class against another', async () => {
  const model = await analyseModel(join(zoo, name, 'model.onnx'), load)
  const explainer = await openExplainer(model, load, { methods: ['gmar_l1'], contrast: true })
  const pixels = reference(name, 'pixel_values')
  const alone = await explainer.explain(pixels, { targets: [1, 7] })
  const against = await explainer.explain(pixels, { targets: [1, 7], against: [AGAINST_RUNNER_UP, AGAINST_RUNNER_UP] })
  expect(relativeError(alone.headL1!.data, reference(name, 'head_l1').data)).toBeLessThan(1e-4)
  expect(relativeError(against.headL1!.data, alone.headL1!.data)).toBeGreaterThan(1e-2)
  await explainer.release()
})
