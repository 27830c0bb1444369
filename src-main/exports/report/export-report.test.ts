import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
