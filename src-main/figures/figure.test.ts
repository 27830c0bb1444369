import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type GridContent, readRecipe, type Recipe, type RecipeInput } from '@shared/figure/recipe'
import { toMillimetres, toPixels } from '@shared/figure/sizes'
import { makeFigure, writeFigure } from './figure'
import type { ImageMark, RectMark, TextMark } from './scene/scene'
import { smallSource } from './testing/small-source'

function recipe(input: Omit<RecipeInput, 'version' | 'name'>): Recipe {
  const read = readRecipe({ version: 1, name: 'Test', ...input })
  if ('problems' in read) throw new Error(read.problems.join('; '))
  return read.recipe
}

const grid = recipe({
  size: { width: 150, unit: 'mm' },
  content: {
    kind: 'grid',
    samples: { filter: '', limit: 4 },
    panels: [
      { kind: 'image' },
      { kind: 'mask' },
      { kind: 'method', method: 'gmar_l1' },
      { kind: 'head', layer: 1, head: 2 },
      { kind: 'difference', a: 'gmar_l1', b: 'rollout' },
    ],
    scale: 'panel',
    letters: true,
  },
})

const contents: RecipeInput['content'][] = [
  { kind: 'head-matrix' },
  { kind: 'class-heads' },
  { kind: 'head-distribution', heads: [{ layer: 0, head: 1 }] },
  { kind: 'group-difference', a: 'correct:true', b: 'correct:false' },
  { kind: 'group-difference', a: 'correct:true', b: 'correct:false', stratified: true },
  { kind: 'confusion' },
  { kind: 'localisation' },
]

const made = (input: Recipe) => makeFigure(input, smallSource(), 'Headlight test')
const words = (marks: { kind: string }[]) =>
  marks.filter((mark) => mark.kind === 'text').map((mark) => (mark as TextMark).text)

test.each([grid, ...contents.map((content) => recipe({ content }))])(
  'a figure stays on its page and says what it shows ($content.kind)',
  async (input) => {
    const { scene, notices } = await made(input)
    expect(notices).toEqual([])
    expect(words(scene.marks).length).toBeGreaterThan(3)
    for (const mark of scene.marks) {
      const points = mark.kind === 'path' ? mark.points : [[mark.x, mark.y] as const]
      for (const [x, y] of points) {
        expect(x).toBeGreaterThanOrEqual(-0.01)
        expect(y).toBeGreaterThanOrEqual(-0.01)
        expect(x).toBeLessThanOrEqual(scene.width + 0.01)
        expect(y).toBeLessThanOrEqual(scene.height + 0.01)
      }
      if (mark.kind === 'rect' || mark.kind === 'image') {
        expect(mark.x + mark.width).toBeLessThanOrEqual(scene.width + 0.01)
        expect(mark.y + mark.height).toBeLessThanOrEqual(scene.height + 0.01)
      }
    }
  },
)

test('the same recipe gives the same bytes of SVG, and its size is right to a tenth of a millimetre', async () => {
  const [first, second] = await Promise.all([made(grid), made(grid)])
  const svg = (await writeFigure(first, 'svg')).toString()
  expect((await writeFigure(second, 'svg')).toString()).toBe(svg)
  expect(Number(/width="([\d.]+)mm"/.exec(svg)?.[1])).toBeCloseTo(150, 1)
  expect(svg).toContain('Shirt &amp; &lt;Coat&gt;')
  expect(svg).toMatch(/@font-face\{font-family:'Inter'/)
})

test('PNG has the pixels of its size, its resolution and where it comes from', async () => {
  const figure = await made(grid)
  const png = await sharp(await writeFigure(figure, 'png')).metadata()
  expect(png).toMatchObject({ width: toPixels(figure.scene.width, 300), density: 300 })
  expect(Math.abs(((png.width ?? 0) / 300) * 25.4 - 150)).toBeLessThan(0.1)
  expect(png.xmp?.toString()).toContain('ab'.repeat(32))
})

test('PDF is a page of the size with the title in its information', async () => {
  const figure = await made(grid)
  const pdf = (await writeFigure(figure, 'pdf')).toString('latin1')
  const [, width] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? []
  expect(toMillimetres(Number(width))).toBeCloseTo(150, 1)
  expect(pdf).toContain('/FontFile2')
})

test('pictures fall on whole pixels, each with as many pixels as its place', async () => {
  const { scene, dpi } = await made(grid)
  const images = scene.marks.filter((mark): mark is ImageMark => mark.kind === 'image')
  for (const { x, y, width, png, description } of images) {
    for (const length of [x, y, width])
      expect(Math.abs((length / 72) * dpi - Math.round((length / 72) * dpi))).toBeLessThan(1e-6)
    expect((await sharp(png).metadata()).width, description).toBe(toPixels(width, dpi))
  }
  expect(images.length).toBeGreaterThan(15)
})

test('one range a panel is written under its colours, differences around zero', async () => {
  const { scene } = await made(grid)
  const said = words(scene.marks)
  expect(said.filter((word) => word === 'relevance')).toHaveLength(1)
  expect(said).toContain('difference of shares')
  // Layer 1, head 2 of sample 3 has the highest value: (3 + 12 + 23) / 100; the shared scale ends at its 99.5th percentile.
  expect(said).toContain('0.38')
  const signed = said.filter((word) => word.startsWith('−'))
  expect(signed.map((word) => word.slice(1))).toEqual(said.filter((word) => word === signed[0]?.slice(1)))
})

test('a panel of another run shows its results and names it; attention of a patch says of which', async () => {
  const panels = [
    { kind: 'method', method: 'gmar_l1' },
    { kind: 'method', method: 'gmar_l1', run: '2' },
    { kind: 'difference', a: 'gmar_l1', b: 'gmar_l1', runB: '2' },
    { kind: 'head', layer: 1, head: 2, patch: 8 },
  ] as const
  const { scene } = await made(
    recipe({
      size: { width: 600, unit: 'mm' },
      content: { kind: 'grid', samples: { filter: '', limit: 1 }, panels: [...panels], scale: 'panel' },
    }),
  )
  const said = words(scene.marks)
  const titles = ['GMAR (L1)', 'GMAR (L1)', 'Second', 'GMAR (L1) − GMAR (L1)', 'Small − Second']
  expect(said.slice(0, 7)).toEqual([...titles, 'Layer 1, head 2', 'from row 1, column 2'])
  // Values of the ramps of both runs, and of the head: (7 + 23) / 100, (7 + 5 + 23) / 100 and (12 + 8 + 23) / 100.
  expect(said).toEqual(expect.arrayContaining(['0.3', '0.35', '0.43']))
})

test('what a sample has not is said in its place; a wrong prediction is marked without colour too', async () => {
  const { scene } = await made(grid)
  const said = words(scene.marks)
  expect(said.filter((word) => word === 'no mask')).toHaveLength(1)
  expect(said.filter((word) => word === 'no map').length).toBeGreaterThan(0)
  expect(said).toContain('× T-shirt top (0.90)')
})

test('a height of one’s own is kept, and too little of it is said', async () => {
  const tall = await made(recipe({ ...grid, size: { width: 80, height: 60, unit: 'mm' } }))
  expect(toMillimetres(tall.scene.height)).toBeCloseTo(60, 1)
  expect(tall.notices).toEqual([])
  const flat = await made(recipe({ size: { width: 80, height: 5, unit: 'mm' }, content: { kind: 'localisation' } }))
  expect(flat.notices.join()).toMatch(/taller than the figure/)
})

test('letters without a shape are named instead of becoming boxes unseen', async () => {
  const { notices } = await made(recipe({ title: 'ワンピース', content: { kind: 'head-matrix' } }))
  expect(notices.join()).toMatch(/ワ/)
})

test('the numbers of a head matrix are those of the statistics', async () => {
  const { scene } = await made(recipe({ content: { kind: 'head-matrix' } }))
  expect(words(scene.marks)).toEqual(expect.arrayContaining(['0.10', '0.20', '0.30', '0.40', '0.50', '0.60']))
})

test('a head that the model has not is refused, instead of showing another', async () => {
  const content = { kind: 'head-distribution', heads: [{ layer: 0, head: 99 }] } as const
  await expect(made(recipe({ content: { ...content, heads: [...content.heads] } }))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/layers of .* heads, counted from 0, and no head 99 in layer 0/) as string,
  })
})

test('a difference of groups says whether it was taken within labels', async () => {
  const content = { kind: 'group-difference', a: 'correct:true', b: 'correct:false' } as const
  const said = async (stratified: boolean) =>
    words((await made(recipe({ content: { ...content, stratified } }))).scene.marks)
  const within = 'compared within 2 labels (van Elteren)'
  expect(await said(true)).toContain(within)
  expect(await said(false)).not.toContain(within)
})

test('a recipe that asks for the impossible is refused with its place', () => {
  const read = readRecipe({ version: 1, name: 'x', content: { kind: 'grid', samples: { limit: 0 }, panels: [] } })
  expect('problems' in read && read.problems.join('\n')).toMatch(/content\.(samples|panels)/)
})

test('panels for another target than the run say so, also where a sample has no such map, and so does the file', async () => {
  const content = (target?: string): RecipeInput['content'] => ({
    kind: 'grid',
    samples: { filter: '', limit: 3 },
    panels: [
      { kind: 'method', method: 'gmar_l1', target },
      { kind: 'method', method: 'rollout', target },
      { kind: 'difference', a: 'gmar_l1', b: 'rollout', target },
    ],
  })
  const figure = await made(recipe({ content: content('predicted-label') }))
  const said = words(figure.scene.marks)
  expect(said.slice(0, 2)).toEqual(['GMAR (L1)', 'prediction − label'])
  expect(said.filter((word) => word === 'prediction − label')).toHaveLength(2)
  // Rollout takes no gradient: it is the same for every target.
  expect(said).toContain('Attention rollout')
  expect(said.filter((word) => word === 'predicted as its label')).toHaveLength(4)
  const target = { kind: 'predicted-label' }
  expect(JSON.parse(figure.provenance.settings.panelTargets ?? '')).toEqual([
    { panel: 1, target },
    { panel: 3, target },
  ])
  const bytes = (await writeFigure(figure, 'svg')).toString()
  const again = await made(recipe({ content: content('predicted-label') }))
  expect((await writeFigure(again, 'svg')).toString()).toBe(bytes)

  const classes = await made(recipe({ content: content('T-shirt_top-1') }))
  expect(words(classes.scene.marks)).toContain('T-shirt top − Shirt & <Coat>')
  // The run's own target is not another one.
  const own = await made(recipe({ content: content('predicted') }))
  expect(own.provenance.settings).toEqual((await made(recipe({ content: content() }))).provenance.settings)
  expect(words(own.scene.marks)).toEqual(words((await made(recipe({ content: content() }))).scene.marks))
  await expect(made(recipe({ content: content('Trouser') }))).rejects.toThrow('"Trouser" is neither')
})

test('the box of a detector lies over pictures and methods, within the crop, and can be left out', async () => {
  const source = smallSource()
  const detector: typeof source = {
    ...source,
    samples: async (run, selection) =>
      (await source.samples(run, selection)).map((row) => ({
        ...row,
        detection: { query: 3, box: [0.5, 0.5, 0.5, 0.2] },
      })),
  }
  const boxesOf = async (content: Partial<GridContent>) => {
    const panels = [
      { kind: 'image' as const },
      { kind: 'method' as const, method: 'gmar_l1' as const },
      { kind: 'mask' as const },
    ]
    const asked = recipe({ content: { kind: 'grid', samples: { filter: '', limit: 1 }, panels, ...content } })
    const { scene } = await makeFigure(asked, detector, 'Headlight test')
    const [picture] = scene.marks.filter((mark): mark is ImageMark => mark.kind === 'image')
    const white = scene.marks.filter((mark): mark is RectMark => mark.kind === 'rect' && mark.stroke === '#ffffff')
    return { picture: picture!, white, words: words(scene.marks) }
  }
  const whole = await boxesOf({})
  expect(whole.white).toHaveLength(2)
  const [box] = whole.white
  expect(box!.x - whole.picture.x).toBeCloseTo(0.25 * whole.picture.width, 0)
  expect(box!.width).toBeCloseTo(0.5 * whole.picture.width, 0)
  expect(box!.y - whole.picture.y).toBeCloseTo(0.4 * whole.picture.height, 0)
  expect(whole.words.some((text) => text.endsWith(', query 3'))).toBe(true)
  // In a run over labels the query is that of the label, which a wrong prediction is not.
  const plain = detector.run
  detector.run = async (name) => {
    const run = await plain(name)
    return { ...run, definition: { ...run.definition, target: { kind: 'label' } } }
  }
  expect((await boxesOf({})).words).toContain('× T-shirt top (0.90); Shirt & <Coat>: query 3')
  // The right half: the box begins at its left edge, and ends in its middle.
  const { picture, white } = await boxesOf({ crop: { x: 0.5, y: 0, width: 0.5, height: 1 } })
  expect(white[0]!.x).toBeCloseTo(picture.x, 0)
  expect(white[0]!.width).toBeCloseTo(0.5 * picture.width, 0)
  expect((await boxesOf({ boxes: false })).white).toEqual([])
})
