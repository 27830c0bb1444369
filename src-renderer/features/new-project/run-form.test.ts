import type { DatasetReport, Preprocessing, RunDefinition } from '@shared/api'
import { expect, it } from 'vitest'
import {
  EMPTY_FORM,
  type RunForm,
  obstacle,
  proposedName,
  projectFolder,
  proposedProject,
  startRuns,
  formLike,
  withMethod,
} from './run-form'
import { targetObstacle } from './target-form'

const dataset: DatasetReport = {
  path: '/data/pets',
  kind: 'Image folder',
  metadata: [],
  count: 12,
  classes: [],
  preview: [],
  masks: { path: '/data/masks', count: 12, kind: 'binary', void: null, rule: 'binary mask, 255 inside' },
  problems: [],
  ...{ unlabelled: 0, labelsFrom: null, labelChoices: [], splits: [] },
  ...{ passedOver: [], assumed: [], byOrder: null },
}
const chosen = {
  ...{ modelPath: '/models/vit.onnx', output: null, tower: null, task: null },
  ...{
    classes: null,
    features: null,
    labelsPath: null,
    preprocessPath: null,
    preprocessing: null,
    labelMapping: [],
    labelSource: null,
  },
}
const model = { labels: ['cat', 'dog', 'fox', 'owl'] }
const startRun = (form: RunForm) => startRuns(form, chosen, dataset, model)[0]!
const preprocessing: Preprocessing = {
  size: { height: 224, width: 224 },
  resize: { mode: 'exact', height: 224, width: 224, interpolation: 'bilinear' },
  ...{ centerCrop: null, rescale: 1 / 255, mean: [0.5], std: [0.5], channels: 3, source: 'defaults' },
}
const app = { version: '1', platform: 'linux', shell: 'browser', demoAvailable: true, home: '/home/ada' } as const

it('becomes a request with the masks that were found', () => {
  const run = startRun(EMPTY_FORM)
  expect(run).toMatchObject({ dataPath: '/data/pets', masksPath: '/data/masks', name: 'vit on pets', limit: null })
  expect(startRun({ ...EMPTY_FORM, useMasks: false }).masksPath).toBeNull()
  expect(run).not.toHaveProperty('maskVoid')
  expect(startRun({ ...EMPTY_FORM, maskVoid: 'none' })).toMatchObject({ maskVoid: 'none' })
  expect(startRun({ ...EMPTY_FORM, maskVoid: 0, useMasks: false })).not.toHaveProperty('maskVoid')
})

it('a class to explain has to be chosen before a run can explain it', () => {
  const target = { kind: 'class', classIndex: null, againstIndex: null } as const
  expect(targetObstacle(target)).toBe('Choose the class to explain.')
  const form = { ...EMPTY_FORM, target: { ...target, classIndex: 3 } }
  expect(targetObstacle(form.target)).toBeNull()
  expect(startRun(form)).toMatchObject({ target: { kind: 'class', classIndex: 3 }, name: 'vit on pets (owl)' })
})

it('the tower of several is in the name, unless the user gave one', () => {
  const ofTower = (form: RunForm) => startRuns(form, { ...chosen, tower: 'left' }, dataset, model)[0]
  expect(ofTower(EMPTY_FORM)).toMatchObject({ tower: 'left', name: 'vit on pets (tower left)' })
  expect(ofTower({ ...EMPTY_FORM, name: 'Look' })).toMatchObject({ tower: 'left', name: 'Look' })
})

it('prediction and label are two runs that differ in target and name only', () => {
  const target = { kind: 'both', classIndex: null, againstIndex: null } as const
  const [first, second, ...others] = startRuns({ ...EMPTY_FORM, target, name: 'Look' }, chosen, dataset, model)
  expect(others).toEqual([])
  expect(first).toMatchObject({ target: { kind: 'predicted' }, name: 'Look' })
  expect(second).toEqual({ ...first, target: { kind: 'label' }, name: 'Look (label)' })
})

it('a further run begins with the choices of a former one, and another target', () => {
  const settings = {
    gmar: { alpha: 0.5, scope: 'all', firstLayer: 2 },
    rollout: { fusion: 'max', discard: 0.1 },
  } as const
  const former: RunDefinition = {
    ...{ modelPath: '/models/vit.onnx', dataPath: '/data/pets', masksPath: '/elsewhere/masks', name: 'Look' },
    ...{ methods: ['gmar_l1'], settings, target: { kind: 'predicted' }, labels: model.labels, batch: 8, limit: 7 },
    ...{ precision: 'tf32', provider: 'cuda', preprocessing },
  }
  expect(formLike({ ...former, maskVoid: 7 })).toMatchObject({ maskVoid: 7 })
  expect(startRun(formLike(former))).toMatchObject({
    ...{ masksPath: '/elsewhere/masks', methods: ['gmar_l1'], settings, limit: 7, precision: 'tf32', provider: 'cuda' },
    ...{ target: { kind: 'label' }, name: 'vit on pets (label)' },
  })
  expect(formLike({ ...former, target: { kind: 'label' }, masksPath: null })).toMatchObject({
    ...{ target: { kind: 'predicted' }, useMasks: false },
  })
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
  expect(projectFolder(app, proposedProject('/m/vit.onnx', '/data/pets'))).toBe('/home/ada/vit-pets.headlight')
  expect(projectFolder(app, proposedProject(null, null))).toBe('/home/ada/review.headlight')
})
