/** Every screen and dialog over the finished demo: what screenshots are made of, and what axe looks at. */
import { type Page, test as base, expect } from '@playwright/test'
import { demo } from './program'

export interface Stop {
  name: string
  /** Path and query; without one, the stop follows from the one before it. */
  at?: string
  /** What is done there: a dialog opened, a part chosen. */
  act?(page: Page): Promise<unknown>
  /** To axe it is what another stop is. */
  alike?: true
  /** Resolves once the screen shows what it is for. */
  ready(page: Page): Promise<unknown>
}

type Role = Parameters<Page['getByRole']>[0]
const seen =
  (role: Role, name: string | RegExp, timeout?: number) =>
  (page: Page): Promise<unknown> =>
    expect(page.getByRole(role, { name }).first()).toBeVisible({ timeout })
const clicks = (role: Role, name: string | RegExp) => (page: Page) => page.getByRole(role, { name }).first().click()
const pressesOnConfusion = (key: string) => async (page: Page) => {
  await seen('grid', 'Confusion matrix')(page)
  await page.keyboard.press(key)
}

/** A shirt that the model takes for a T-shirt. */
const SHIRT = 694
const query = (parts: Record<string, string | number>) =>
  `?${new URLSearchParams(Object.entries(parts).map(([name, value]): [string, string] => [name, String(value)]))}`
const compared = (parts: Record<string, string | number> = {}) =>
  `/runs/1/compare${query({ panes: `${SHIRT}.1.gmar_l1 ${SHIRT}.1.rollout`, ...parts })}`
const chosen = { model: demo.model, data: demo.images }
/** Whether the first row of the gallery has its pictures. */
const FIRST_ROW_DRAWN = `(() => {
  const canvas = document.querySelector('[role="grid"][aria-label="Samples"] canvas')
  if (!canvas || canvas.width === 0) return false
  const pixels = canvas.getContext('2d').getImageData(0, canvas.height >> 1, canvas.width, 1).data
  return pixels.some((value, i) => i % 4 === 3 && value > 0)
})()`
const tiles = async (page: Page) => {
  await seen('gridcell', /predicted/)(page)
  await expect.poll(() => page.evaluate<boolean>(FIRST_ROW_DRAWN)).toBe(true)
}
/** Maps come with their colour bars. */
const mapped = (page: Page) => expect(page.getByRole('img', { name: /colours from/ }).first()).toBeVisible()
/** Pictures for people are of more images than axe needs, which looks at the same screens. */
const EVALUATED =
  process.env.HEADLIGHT_PLAYWRIGHT_PROJECT === 'screenshots' ? { heads: 20, maps: 12 } : { heads: 10, maps: 2 }
/** Begins an evaluation of so many images in the dialog that stands open. */
const beginsWith = (images: number) => async (page: Page) => {
  await page.getByRole('textbox', { name: 'Images, the first of every label in turn' }).fill(String(images))
  await page.getByRole('button', { name: 'Begin', exact: true }).click()
}
const topOfForm = (name: string) => (page: Page) =>
  page.getByRole('region', { name, exact: true }).evaluate((section) => section.scrollIntoView({ block: 'start' }))

/** In an order in which each can be reached. */
export const tour: readonly Stop[] = [
  {
    name: 'start',
    at: '/',
    act: (page) => clicks('link', 'Headlight, start screen')(page),
    ready: seen('button', /^Demo/),
  },
  { name: 'gallery', at: '/runs/1/gallery', ready: tiles },
  { name: 'gallery-plain', alike: true, at: '/runs/1/gallery?overlay=off&tile=112', ready: tiles },
  {
    name: 'gallery-grouped',
    alike: true,
    at: '/runs/1/gallery?filter=correct%3Afalse&group=label&sort=confidence',
    ready: tiles,
  },
  {
    name: 'gallery-target',
    alike: true,
    at: '/runs/1/gallery?filter=label%3AShirt+correct%3Afalse&target=predicted-label&tile=208',
    ready: async (page) => {
      await tiles(page)
      await expect(page.locator('[data-computing="true"]')).toHaveCount(0, { timeout: 150_000 })
    },
  },
  {
    name: 'gallery-selection',
    at: '/runs/1/gallery?filter=label%3AShirt+correct%3Afalse',
    act: async (page) => {
      await tiles(page)
      await page.getByRole('grid', { name: 'Samples' }).focus()
      for (const key of ['ArrowRight', 'Space', 'Shift+ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key)
    },
    ready: seen('toolbar', 'Selection'),
  },
  {
    name: 'gallery-empty',
    at: '/runs/1/gallery?filter=label%3AShirt+conf%3E0.9999',
    ready: seen('heading', /^No sample/),
  },
  {
    name: 'filter',
    at: '/runs/1/gallery',
    act: async (page) => {
      await tiles(page)
      await page.keyboard.press('/')
      await page.keyboard.type('correct:false co')
    },
    ready: (page) => expect(page.getByRole('listbox')).toBeVisible(),
  },
  {
    name: 'sample',
    at: `/runs/1/samples/${SHIRT}?filter=label%3AShirt+correct%3Afalse`,
    ready: seen('grid', 'Head weights'),
  },
  {
    name: 'sample-head',
    alike: true,
    at: `/runs/1/samples/${SHIRT}?filter=label%3AShirt+correct%3Afalse&head=7.4`,
    ready: seen('img', /^Attention of layer 7, head 4/),
  },
  {
    name: 'likeness-none',
    at: `/runs/1/likeness/${SHIRT}`,
    ready: seen('heading', 'Likeness cannot be explained here'),
  },
  { name: 'confusion', at: '/runs/1/confusion', ready: seen('grid', 'Confusion matrix') },
  { name: 'heads', at: '/runs/1/heads', ready: seen('grid', /^Mean weight of every head, /) },
  { name: 'heads-classes', at: '/runs/1/heads?part=classes', ready: seen('grid', 'Classes by heads') },
  { name: 'heads-compare', at: '/runs/1/heads?part=compare', ready: seen('link', /^Layer \d+, head \d+$/) },
  {
    name: 'heads-failures',
    at: '/runs/1/heads?part=compare&compare=correct&filter=label%3AShirt+correct%3Afalse',
    ready: seen('link', /^Layer \d+, head \d+$/),
  },
  { name: 'heads-localisation', at: '/runs/1/heads?part=localisation', ready: seen('row', /^Attention rollout/) },
  {
    name: 'heads-effect-none',
    at: '/runs/1/heads?part=effect',
    ready: seen('heading', 'No head was switched off yet'),
  },
  { name: 'heads-effect-begin', act: clicks('button', 'Begin…'), ready: seen('button', 'Measure the time') },
  { name: 'heads-effect', act: beginsWith(EVALUATED.heads), ready: seen('region', 'What the numbers say', 150_000) },
  { name: 'methods-none', at: '/runs/1/methods', ready: seen('heading', 'Not yet evaluated') },
  { name: 'methods-begin', act: clicks('button', 'Begin…'), ready: seen('button', 'Measure the time') },
  { name: 'methods', act: beginsWith(EVALUATED.maps), ready: seen('region', 'What the numbers say', 150_000) },
  {
    name: 'head',
    at: '/runs/1/heads/7.4',
    ready: async (page) => {
      await seen('img', /^Mean attention, Wrong/)(page)
      await expect(page.getByLabel('Computing attention')).toHaveCount(0, { timeout: 150_000 })
    },
  },
  { name: 'compare-empty', at: '/runs/1/compare', ready: seen('heading', /./) },
  { name: 'compare', at: compared(), ready: mapped },
  { name: 'compare-swipe', alike: true, at: compared({ show: 'swipe' }), ready: seen('slider', 'Divider') },
  { name: 'compare-difference', at: compared({ show: 'difference' }), ready: seen('region', 'Difference') },
  {
    name: 'compare-grid',
    at: compared({ show: 'grid', samples: '605-613-635-694' }),
    ready: seen('link', 'Shirt/00044.jpg'),
  },
  { name: 'annotations', at: '/runs/1/annotations', ready: seen('row', /collar/) },
  { name: 'annotations-conflicts', at: '/runs/1/annotations?part=conflicts', ready: seen('list', 'Conflicts') },
  { name: 'annotations-lists', at: '/runs/1/annotations?part=lists', ready: seen('list', 'Verdicts') },
  { name: 'triage', at: '/runs/1/triage?filter=correct%3Afalse', ready: seen('group', 'Tags') },
  {
    name: 'triage-summary',
    at: '/runs/1/triage?filter=correct%3Afalse&summary=shown',
    ready: seen('heading', /./),
  },
  { name: 'figures', at: '/runs/1/figures', ready: seen('button', /^Failures by method/) },
  { name: 'figure', act: clicks('button', /^Failures by method/), ready: seen('img', 'Figure Failures by method') },
  { name: 'runs', at: '/runs', ready: seen('article', 'Run Demo') },
  { name: 'export', act: clicks('button', /^Export/), ready: seen('dialog', 'Export') },
  { name: 'labels', at: '/runs', act: clicks('button', 'Labels'), ready: seen('dialog', 'Labels of Demo') },
  { name: 'project-check', at: '/runs', act: clicks('button', 'Check project'), ready: seen('status', /^/) },
  { name: 'bug-report', at: '/runs', act: clicks('button', 'Bug report'), ready: seen('button', /^Save /) },
  {
    name: 'palette',
    at: '/runs/1/confusion',
    act: pressesOnConfusion('ControlOrMeta+k'),
    ready: seen('textbox', 'Command'),
  },
  {
    name: 'shortcuts',
    at: '/runs/1/confusion',
    act: pressesOnConfusion('Shift+?'),
    ready: seen('dialog', 'Keyboard shortcuts'),
  },
  { name: 'new-project', at: '/new', ready: seen('button', 'Choose a model') },
  { name: 'path-picker', act: clicks('button', 'Choose a model'), ready: seen('dialog', 'Choose a model') },
]

/** What takes a model to be read and certified, and a run to be started: after the rest. */
export const computedTour: readonly Stop[] = [
  {
    name: 'new-run',
    at: `/new${query({ ...chosen, into: 'project', like: 1 })}`,
    ready: async (page) => {
      await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 120_000 })
      await expect(page.getByRole('group', { name: 'Estimate' })).toBeVisible({ timeout: 150_000 })
    },
  },
  { name: 'new-run-preprocessing', act: topOfForm('Preprocessing'), ready: seen('region', 'What the model sees') },
  { name: 'new-run-labels', act: topOfForm('Labels'), ready: seen('region', 'Labels') },
  {
    name: 'runs-running',
    act: async (page) => {
      await page.getByRole('button', { name: 'Start the run' }).click()
      await seen('grid', 'Samples', 150_000)(page)
      await page.getByRole('link', { name: 'Runs', exact: true }).click()
    },
    ready: (page) => expect(page.getByText(/ left · /).first()).toBeVisible({ timeout: 150_000 }),
  },
]

/** The second demo: prompts, likeness, a detector, and a Swin. Its runs are `demo --questions`, in their order. */
export const questionsTour: readonly Stop[] = [
  { name: 'questions-prompts', at: '/runs/2/gallery', ready: tiles },
  {
    name: 'questions-likeness',
    at: '/runs/1/likeness/3?to=2',
    ready: (page) => expect(page.getByText(/^cosine/)).toBeVisible({ timeout: 150_000 }),
  },
  { name: 'questions-detection', at: '/runs/3/samples/4', ready: seen('grid', 'Head weights') },
  { name: 'questions-swin', at: '/runs/4/samples/3', ready: seen('grid', 'Head weights') },
]

/** Goes from stop to stop, waits until nothing more changes, and looks. */
export async function walk(page: Page, stops: readonly Stop[], look: (stop: Stop) => Promise<void>): Promise<void> {
  let plain = false
  for (const stop of stops) {
    await base.step(stop.name, async () => {
      // A link of the program itself, as quick as one; a new page where a dialog may stand open.
      if (stop.at !== undefined && plain) await page.evaluate(`history.pushState(null, '', ${JSON.stringify(stop.at)})`)
      else if (stop.at !== undefined) await page.goto(new URL(stop.at, page.url()).href)
      await stop.act?.(page)
      await stop.ready(page)
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 150_000 })
      await look(stop)
      plain = stop.act === undefined
    })
  }
}

/** Annotations of two reviewers that judge one sample differently. */
const ANNOTATIONS = `sample,kind,text,region,shape,reviewer
Shirt/00971.jpg,tag,sleeves cut off,,,ana
Shirt/00971.jpg,tag,plain,,,ana
Shirt/00971.jpg,note,Nothing but the collar tells it from a T-shirt.,,,ana
Shirt/00971.jpg,region,collar,collar-1,"{""kind"":""rectangle"",""x"":45,""y"":35,""width"":18,""height"":9}",ana
Shirt/00971.jpg,verdict,ambiguous,,,ana
Shirt/00971.jpg,verdict,label error,,,ben
Shirt/00044.jpg,tag,sleeves cut off,,,ana
Shirt/00044.jpg,verdict,fine,,,ana
Shirt/00044.jpg,verdict,fine,,,ben
Shirt/00117.jpg,tag,clutter,,,ben
Shirt/00117.jpg,note,Attention is on the bag beside it.,,,ben
Shirt/00117.jpg,verdict,spurious background,,,ben
Shirt/00354.jpg,tag,sleeves cut off,,,ana
Shirt/00354.jpg,verdict,ambiguous,,,ana
Shirt/00474.jpg,tag,plain,,,ana
Shirt/00565.jpg,tag,clutter,,,ana
`

/** Opens the demo and imports annotations, so that no screen of the tour is empty that has something to show. */
export async function prepareTour(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the demo' }).click()
  await tiles(page)
  await page.goto(new URL('/runs/1/annotations', page.url()).href)
  const file = { name: 'review.csv', mimeType: 'text/csv', buffer: Buffer.from(ANNOTATIONS) }
  await page.locator('input[type="file"]').setInputFiles(file)
  await expect(page.getByRole('dialog', { name: 'Imported review.csv' })).toContainText('16 added')
  await page.keyboard.press('Escape')
}
