import type { DatasetReport } from '@shared/api'
import { expect, it } from 'vitest'
import { EMPTY_FORM, obstacle, proposedName, proposedProject, startRun, withMethod } from './run-form'
import { targetObstacle } from './target-form'

const dataset: DatasetReport = {
  path: '/data/pets',
  kind: 'Image folder',
  metadata: [],
  count: 12,
  classes: [],
  preview: [],
  masks: { path: '/data/masks', count: 12 },
  problems: [],
}
const chosen = { modelPath: '/models/vit.onnx', labelsPath: null, preprocessing: null, labelMapping: [] }
const app = { version: '1', platform: 'linux', shell: 'browser', demoAvailable: true, home: '/home/ada' } as const

it('becomes a request with the masks that were found', () => {
  const run = startRun(EMPTY_FORM, chosen, dataset)
  expect(run).toMatchObject({ dataPath: '/data/pets', masksPath: '/data/masks', name: 'vit on pets', limit: null })
  expect(startRun({ ...EMPTY_FORM, useMasks: false }, chosen, dataset).masksPath).toBeNull()
})

it('a class to explain has to be chosen before a run can explain it', () => {
  const target = { kind: 'class', classIndex: null, againstIndex: null } as const
  expect(targetObstacle(target)).toBe('Choose the class to explain.')
  const form = { ...EMPTY_FORM, target: { ...target, classIndex: 3 } }
  expect(targetObstacle(form.target)).toBeNull()
  expect(startRun(form, chosen, dataset).target).toEqual({ kind: 'class', classIndex: 3 })
})

it('keeps methods in the order of the catalogue', () => {
  const without = withMethod(EMPTY_FORM, 'gmar_l1', false)
  expect(without.methods).not.toContain('gmar_l1')
  expect(withMethod(without, 'gmar_l1', true).methods[0]).toBe('gmar_l1')
})

it('says what is missing', () => {
  const images = { path: dataset.path, report: dataset }
  expect(obstacle({ path: null, report: undefined }, images, null, EMPTY_FORM)).toBe('Choose a model.')
  expect(obstacle({ path: '/m.onnx', report: undefined }, images, null, EMPTY_FORM)).toContain('read first')
})

it('proposes names from paths of either kind', () => {
  expect(proposedName('C:\\models\\vit.onnx', 'D:\\pets\\')).toBe('vit on pets')
  expect(proposedProject(app, '/m/vit.onnx', '/data/pets')).toBe('/home/ada/vit-pets.headlight')
  expect(proposedProject(app, null, null)).toBe('/home/ada/review.headlight')
})
