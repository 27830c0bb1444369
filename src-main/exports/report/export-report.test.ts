import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { batchOf, definitionOf, model } from '../../library/library-fixture'
import { type SmallProject, smallProject, unwatched } from '../../service/testing/small-project'
import { exportReport } from './export-report'

const NAMES = ['Bag/1.png', 'Coat/<script>alert(1)<', 'Shirt/9.png'].map((name) => name.replace(/<$/, '.png'))
const FAILURES = Array.from({ length: 30 }, (_, i) => `Shirt/wrong${String(i).padStart(2, '0')}.png`)
let made: SmallProject
let page: string

beforeAll(async () => {
  const paths = [...NAMES, ...FAILURES]
  made = await smallProject(
    paths,
    [2, 1, 1, ...FAILURES.map(() => 0)],
    paths.map((_, i) => 1 - i / 100),
    [
      { kind: 'tag', ids: Uint32Array.of(2), tag: '<img src=x>', on: true },
      { kind: 'note', ids: Uint32Array.of(2), text: 'Two "coats" & a <b>bag</b>' },
    ],
  )
  const out = join(made.folder, 'review.html')
  const report = await exportReport(made.source, { run: made.run, filter: '' }, out, unwatched())
  expect(report).toMatchObject({ rows: 25, leftOut: 6, out })
  page = readFileSync(out, 'utf8')
})
afterAll(() => made.close())

test('holds the review: numbers, confusions, figures, annotated samples and failures with their overlays', () => {
  expect(page).toContain('<b>6.1 %</b>')
  expect(page).toContain('2 of 33 labelled')
  expect(page).toMatch(/<td>Shirt<\/td><td>Coat<\/td><td>30<\/td><td>96.8 %<\/td>/)
  expect(page.match(/<svg /g)).toHaveLength(2)
  // Of four heads in two layers.
  expect(page.match(/<td>layer \d, head \d<\/td><td>L1<\/td>/g)).toHaveLength(4)
  expect(page).toContain('GMAR alpha 1, weights over the heads of each layer; rollout of the mean over heads')
  expect(page.match(/alt="Overlay"/g)).toHaveLength(25)
  expect(page).toContain('24 of 30: the most confident first')
  expect(page).toContain('&quot;sha256&quot;:&quot;ab&quot;')
})

test('a filtered view says so, with the accuracy of the whole beside its own', async () => {
  const out = join(made.folder, 'part.html')
  await exportReport(made.source, { run: made.run, filter: 'pred:Shirt' }, out, unwatched())
  const part = readFileSync(out, 'utf8')
  expect(part).toMatch(/A filtered view: [\d,]+ of the 33 samples of the run, those of <code>pred:Shirt<\/code>/)
  expect(part).toContain('Accuracy of the whole run: 6.1 % (2 of 33 labelled)')
  expect(part).toContain('accuracy of this view')
  expect(page).not.toContain('A filtered view')
})

test('needs nothing from elsewhere and runs nothing: names stay words', () => {
  expect(page).toContain('Coat/&lt;script&gt;alert(1).png')
  expect(page).toContain('&lt;img src=x&gt;')
  expect(page).toContain('Two &quot;coats&quot; &amp; a &lt;b&gt;bag&lt;/b&gt;')
  expect(page).not.toMatch(/<script|<img src=x|<link|@import|(?:src|href)="(?!data:)/i)
  expect(page).toContain("default-src 'none'")
})

test('localisation names the rule by which masks were read, and counts the samples without a value', async () => {
  expect(page).not.toContain('Localisation')
  const masks = join(made.folder, 'masks')
  for (const name of ['Shirt/9.png', 'Shirt/wrong00.png']) {
    mkdirSync(join(masks, 'Shirt'), { recursive: true })
    writeFileSync(join(masks, name), greyPng(2, 1, Uint8Array.of(0, 255)))
  }
  const definition = { ...definitionOf(join(made.folder, 'images')), masksPath: masks, name: 'masked' }
  const { id } = await made.library.runs.begin({ definition, model, certificate: null })
  const pending = await made.library.runs.pending({ runId: id, after: -1, limit: 99 })
  const masked = pending.map(({ file }) => String(file).endsWith('Shirt/9.png'))
  const batch = batchOf(pending, { predictions: pending.map(() => 1) })
  const values = (value: number) => Float32Array.from(masked, (has) => (has ? value : NaN))
  batch.localisation = [{ method: 'gmar_l1', pointing: values(1), energy: values(0.5), iou: values(0.25) }]
  await made.library.runs.commit({ runId: id, batch })
  const out = join(made.folder, 'masked.html')
  await exportReport(made.source, { run: await made.library.runs.get({ runId: id }), filter: '' }, out, unwatched())
  const masksPage = readFileSync(out, 'utf8')
  expect(masksPage).toMatch(/<td>1<\/td><td>1\.000<\/td><td>0\.500<\/td><td>0\.250<\/td>/)
  expect(masksPage).toContain('Masks: binary mask, 255 inside. Samples with a mask and no value: 1 with nothing inside')
  expect(masksPage).toContain('&quot;maskRule&quot;: &quot;binary mask, 255 inside&quot;')
})

test('of a run of a number it says numbers, and nothing of probabilities, accuracy or confusions', async () => {
  const definition = { ...definitionOf(join(made.folder, 'images')), task: 'regression' as const, name: 'ages' }
  const { id } = await made.library.runs.begin({ definition, model, certificate: null })
  const pending = await made.library.runs.pending({ runId: id, after: -1, limit: 99 })
  const numbers = pending.map((_, at) => 41.25 - at)
  await made.library.runs.commit({
    runId: id,
    batch: batchOf(pending, { predictions: pending.map(() => 1), confidences: numbers }),
  })
  const out = join(made.folder, 'ages.html')
  await exportReport(made.source, { run: await made.library.runs.get({ runId: id }), filter: '' }, out, unwatched())
  const ages = readFileSync(out, 'utf8')
  const row = await made.library.samples.query({
    runId: id,
    filter: 'tag:"<img src=x>"',
    sort: 'path',
    descending: false,
  })
  const [tagged] = await made.library.samples.rows({ runId: id, ids: row.ids })
  expect(ages).toContain(`<p>${tagged!.confidence}</p>`)
  expect(ages).toContain('the largest numbers first')
  expect(ages).toContain('Explained number')
  expect(ages).not.toMatch(/accuracy|confiden|confusion|>wrong|Failures/i)
})
