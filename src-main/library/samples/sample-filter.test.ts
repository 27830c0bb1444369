import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

const folder = mkdtempSync(join(tmpdir(), 'headlight-filter-'))
const library = new Library()
let runId: number

/** Coat/1 right, Coat/2 taken for a Shirt, Shirt/1 right, Shirt/2 failed, odd/1 without a known label, z pending. */
beforeAll(async () => {
  const data = join(folder, 'images')
  await writeImages(data, ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png', 'Shirt/2.png', 'odd one/it\'s "1".png', 'z.png'])
  await library.project.create({ path: join(folder, 'P.headlight') })
  runId = (await library.runs.begin({ definition: definitionOf(data), model, certificate: null })).id
  const samples = await library.runs.pending({ runId, after: -1, limit: 10 })
  const done = [0, 1, 2, 4].flatMap((i) => samples[i] ?? [])
  await library.runs.commit({
    runId,
    batch: {
      ...batchOf(done, {
        predictions: [0, 1, 1, 2],
        confidences: [0.5, 0.75, 0.9375, 0.25],
        headL1: [
          [3, 1, 1, 1],
          [1, 3, 0, 0],
          [1, 1, 1, 9],
          [9, 1, 1, 1],
        ].flat(),
      }),
      errors: [{ id: samples[3]?.id ?? 0, code: 'unreadable-image', message: 'cut off' }],
    },
  })
  await library.annotations.change({
    changes: [{ kind: 'tag', tag: 'clutter', ids: Uint32Array.of(2), on: true }],
  })
})
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

test.each<[string, number[]]>([
  ['', [1, 2, 3, 4, 5, 6]],
  ['label:Coat', [1, 2]],
  ['label:coat,SHIRT', [1, 2, 3, 4]],
  ['label:0', [1, 2]],
  ['label:"odd one"', [5]],
  ['-label:Coat', [3, 4, 5, 6]],
  ['pred:Shirt', [2, 3]],
  ['pred:Bag', [5]],
  ['correct:true', [1, 3]],
  ['correct:false', [2]],
  ['-correct:true', [2, 4, 5, 6]],
  ['error:true', [4]],
  ['error:false', [1, 2, 3, 5, 6]],
  ['conf>0.5', [2, 3]],
  ['conf>=50%', [1, 2, 3]],
  ['conf=0.25', [5]],
  ['not conf>0.5', [1, 4, 5, 6]],
  ['head(0,0)>0.5', [1, 5]],
  ['head(0,1)>=0.5', [2, 3]],
  ['head(1,1)=0.5', [1, 2, 5]],
  ['head(1,1)>0.89', [3]],
  ['tag:clutter', [2]],
  ['-tag:clutter label:Coat', [1]],
  ['tag:unheard', []],
  ['path:COAT/', [1, 2]],
  [`path:"it's \\"1\\""`, [5]],
  ['path:%', []],
  [`path:"' OR 1=1 --"`, []],
  ['label:Coat,Shirt correct:true conf>0.6', [3]],
])('%j finds %j', async (filter, ids) => {
  expect([...(await library.samples.query({ runId, filter, sort: 'path', descending: false })).ids]).toEqual(ids)
})

test.each([
  ['label:Trousers', /no class Trousers/],
  ['pred:3', /no class 3/],
  ['head(2,0)>0.5', /layers 0 to 1 and heads 0 to 1/],
  ['head(0,2)>0.5', /layers 0 to 1 and heads 0 to 1/],
  ['colour:red', /no field colour/],
])('%j is refused', async (filter, sentence) => {
  const query = library.samples.query({ runId, filter, sort: 'path', descending: false })
  await expect(query).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(sentence) })
})
