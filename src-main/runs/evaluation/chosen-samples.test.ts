import { expect, test } from 'vitest'
import { smallProject } from '../../service/testing/small-project'
import { chosenIds, chosenSamples } from './chosen-samples'

const NAMES = ['Bag/1.png', 'Bag/2.png', 'Bag/10.png', 'Coat/1.png', 'Coat/2.png', 'Shirt/broken.png']

test('samples are chosen by label in turn, and stand in order of path', async () => {
  const { library, run, close } = await smallProject(NAMES, [0, 0, 1, 1, 1], [0.1, 0.7, 0.5, 0.75, 0.9])
  const chosen = async (filter: string, limit: number | null) =>
    (await chosenSamples(library, run.id, { filter, limit })).map(({ path }) => path)
  expect(await chosen('', null)).toEqual(NAMES)
  expect(await chosen('', 2)).toEqual(['Bag/1.png', 'Coat/1.png'])
  expect(await chosen('', 5)).toEqual(['Bag/1.png', 'Bag/2.png', 'Coat/1.png', 'Coat/2.png', 'Shirt/broken.png'])
  expect(await chosen('label:Bag', 2)).toEqual(['Bag/1.png', 'Bag/2.png'])
  await expect(chosenIds(library, run.id, { filter: 'conf>1', limit: null })).rejects.toThrow('No sample of the run')
  await close()
})
