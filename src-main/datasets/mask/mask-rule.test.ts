import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ruleText } from '@shared/masks'
import { greyPng } from '../grey-png'
import { countMask, findMaskRule, type MaskChoice } from './mask-rule'

const fixtures = join(__dirname, 'fixtures')
const fixture = (name: string, label: string | null = null) => ({ label, mask: join(fixtures, name) })

let folder: string
let made = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-masks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A mask of a row for each value, as many pixels of it as its count. */
function mask(values: Record<number, number>, label: string | null = null, name = `${made++}.png`) {
  const pixels = Object.entries(values).flatMap(([value, count]) => Array<number>(count).fill(Number(value)))
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, greyPng(pixels.length, 1, Uint8Array.from(pixels)))
  return { label, mask: path }
}

type Masked = ReturnType<typeof mask>
type Classes = ((label: string) => number | null) | null

/** The rule in words with the pixels inside, void and outside of each mask. */
async function read(samples: ReturnType<typeof mask>[], choice?: MaskChoice, classOf: Classes = null) {
  const found = (await findMaskRule(samples, choice, classOf))!
  const counts = await Promise.all(samples.map(({ mask, label }) => countMask(mask, found.rule, label)))
  const shown = counts.map(({ counts: count }) => (count === null ? null : [count.inside, count.void, count.outside]))
  return { text: ruleText(found.rule), counts: shown, ...found }
}

describe('the inputs of the field', () => {
  test('VOC indices are 1,600 pixels of the class, the border is void', async () => {
    const { text, counts } = await read([
      fixture('field-person.png', 'person'),
      fixture('field-aeroplane.png', 'aeroplane'),
    ])
    expect(text).toBe("index mask, the sample's own class inside, 255 void")
    expect(counts).toEqual([
      [1600, 336, 8064],
      [1600, 336, 8064],
    ])
    // One of them alone, and with labels that are not classes of VOC: each mask has one class.
    expect((await read([fixture('field-aeroplane.png', 'aeroplane')])).counts).toEqual([[1600, 336, 8064]])
    expect((await read([fixture('field-person.png', 'Bag')])).counts).toEqual([[1600, 336, 8064]])
  })

  test('a trimap is 1,600 pixels of the object, the border is void', async () => {
    const { text, counts } = await read([fixture('field-trimap.png', 'Bag')])
    expect(text).toBe('trimap, 1 inside, border (3) void')
    expect(counts).toEqual([[1600, 336, 8064]])
  })
})

describe('binary masks', () => {
  test('0 and 1, 0 and 255, 0 and 1 with 255 for void, soft edges, JPEG', async () => {
    expect(await read([mask({ 0: 5, 1: 3 }), mask({ 0: 4, 1: 2 })])).toMatchObject({
      text: 'binary mask, 1 inside',
      counts: [
        [3, 0, 5],
        [2, 0, 4],
      ],
    })
    expect(await read([mask({ 0: 5, 255: 3 })])).toMatchObject({ text: 'binary mask, 255 inside', counts: [[3, 0, 5]] })
    expect(await read([mask({ 0: 5, 1: 3, 255: 2 }), mask({ 0: 4, 1: 3 })])).toMatchObject({
      text: 'binary mask, 1 inside, 255 void',
      counts: [
        [3, 2, 5],
        [3, 0, 4],
      ],
    })
    const hard = (await read([fixture('silhouette.png')])).counts[0]
    expect((await read([fixture('silhouette-1.png')])).counts).toEqual([hard])
    for (const name of ['silhouette-soft.png', 'silhouette.jpg']) {
      const { text, counts } = await read([fixture(name)])
      expect(text).toBe('binary mask, brighter than half of its brightest pixel inside')
      expect(Math.abs(counts[0]![0]! - hard![0]!)).toBeLessThan(20)
    }
  })

  test('some of 0 and 1 and others of 0 and 255 are not told; asked for, every value but 0 is inside', async () => {
    const samples = [mask({ 0: 5, 1: 3 }), mask({ 0: 5, 255: 3 })]
    expect(await read(samples)).toMatchObject({ rule: { kind: null }, counts: [null, null] })
    expect((await read(samples)).problems.join()).toMatch(/0 and 1 and others 0 and 255.*--mask-kind/)
    expect((await read(samples, { kind: 'binary' })).counts).toEqual([
      [3, 0, 5],
      [3, 0, 5],
    ])
  })

  test('a value that no other mask had gives no count', async () => {
    const masks = Array.from({ length: 60 }, (_, index) => mask(index === 4 ? { 0: 5, 1: 3, 9: 1 } : { 0: 5, 1: 3 }))
    const { counts } = await read(masks)
    expect([counts[3], counts[4], counts[5]]).toEqual([[3, 0, 5], null, [3, 0, 5]])
  })
})

describe('index masks', () => {
  test('VOC: labels by name, a label or a class that is not there has none', async () => {
    const samples = [fixture('voc.png', 'person'), fixture('voc.png', 'cat'), fixture('voc.png')]
    const { counts, rule } = await read([...samples, fixture('field-person.png', 'person')])
    expect(counts[0]![0]).toBeGreaterThan(200)
    expect(counts.slice(1, 3)).toEqual([[0, counts[0]![1], counts[0]![0]! + counts[0]![2]!], null])
    expect(rule.why).toMatch(/palette of PASCAL VOC, classes by the names of PASCAL VOC/)
  })

  test("VOC's colours are its indices, also where a mask's colours are all grey", async () => {
    const plain = await read([fixture('voc.png', 'person')])
    for (const name of ['voc-colours.png', 'voc-colours.tif', 'voc.gif']) {
      expect((await read([fixture(name, 'person')])).counts).toEqual(plain.counts)
    }
    const both = await read([fixture('voc-colours.png', 'person'), fixture('voc-car-colours.png', 'car')])
    expect(both.counts[0]).toEqual(plain.counts[0])
    expect(both.counts[1]![0]).toBeGreaterThan(200)
  })

  test('ADE20K: by its names', async () => {
    const { rule, counts } = await read([fixture('ade.png', 'person'), mask({ 0: 1, 3: 4, 21: 2, 255: 1 }, 'car')])
    expect(rule).toMatchObject({ kind: 'indices', void: 255, inside: { by: 'class', values: { person: 13, car: 21 } } })
    expect(counts[1]).toEqual([2, 1, 5])
  })

  test('by number, from 0 or from 1, only where every mask shows the class of its image', async () => {
    const from1 = [mask({ 0: 1, 5: 2, 9: 1 }, '5'), mask({ 0: 1, 7: 2, 9: 1 }, '7'), mask({ 5: 1, 9: 3 }, '9')]
    expect((await read(from1)).rule.inside).toEqual({ by: 'class', values: { 5: 5, 7: 7, 9: 9 } })
    const from0 = [mask({ 0: 1, 6: 2, 9: 1 }, '5'), mask({ 0: 1, 8: 2, 9: 1 }, '7')]
    expect((await read(from0)).rule.inside).toEqual({ by: 'class', values: { 5: 6, 7: 8 } })
    const classes: Classes = (label) => ['ant', 'bee', 'cow', 'doe'].indexOf(label)
    const byClass = [mask({ 0: 1, 4: 2, 9: 1 }, 'doe'), mask({ 0: 1, 2: 2, 9: 1 }, 'bee')]
    expect((await read(byClass, {}, classes)).rule.inside).toEqual({ by: 'class', values: { doe: 4, bee: 2 } })
  })

  test('what cannot be told has no number and says so', async () => {
    const samples = [mask({ 0: 1, 3: 2, 9: 1 }, 'gnu'), mask({ 0: 1, 4: 2, 9: 1 }, 'yak')]
    const { rule, counts, problems } = await read(samples)
    expect(rule).toMatchObject({ kind: 'indices', inside: { by: 'class', values: {} } })
    expect(counts).toEqual([null, null])
    expect(problems.join()).toMatch(/which index is which label could not be told/)
    // Labels that fit two numberings that differ.
    const both = [mask({ 0: 1, 1: 2, 2: 1, 3: 1 }, '1'), mask({ 0: 1, 2: 1, 3: 1 }, '2'), mask({ 9: 1 })]
    expect((await read(both)).counts).toEqual([null, null, null])
  })
})

describe('instances', () => {
  test('each mask counts its own, whatever their number', async () => {
    const samples = [mask({ 0: 4, 1: 1, 2: 2 }), mask({ 0: 4, 1: 3 }), mask({ 0: 4, 1: 3, 2: 1, 3: 1 })]
    expect(await read(samples)).toMatchObject({
      text: 'instance mask, any instance inside, 255 void',
      counts: [
        [3, 0, 4],
        [3, 0, 4],
        [5, 0, 4],
      ],
    })
  })

  test('16 bits, and folders that say so', async () => {
    const { rule, counts } = await read([fixture('instances-16.png'), fixture('instances-16.tif')])
    expect(rule).toMatchObject({ kind: 'instances', void: null })
    expect(counts[0]).toEqual(counts[1])
    const objects = [mask({ 0: 4, 5: 3, 255: 2 }, 'x', 'SegmentationObject/1.png')]
    expect((await read(objects)).counts).toEqual([[3, 2, 4]])
  })
})

describe('a mask that was not looked at and contradicts the others is named, and gives no number', () => {
  /** Sixty masks of which 48 are looked at; the fifth is none of them. */
  async function fifth(others: () => Masked, odd: Masked, choice?: MaskChoice) {
    const masks = Array.from({ length: 60 }, (_, index) => (index === 4 ? odd : others()))
    const { rule } = (await findMaskRule(masks, choice))!
    return countMask(odd.mask, rule, odd.label)
  }
  const picture = async (name: string, rgb: number[], across: number) => {
    const sharp = (await import('sharp')).default
    await sharp(Uint8Array.from(rgb), { raw: { width: across, height: rgb.length / 3 / across, channels: 3 } }).toFile(
      join(folder, name),
    )
    return { label: 'cat', mask: join(folder, name) }
  }
  const cat = () => fixture('voc.png', 'cat')
  const person = () => fixture('voc.png', 'person')

  test('colours, and JPEG, among numbers', async () => {
    const colours = await picture('odd.png', [0, 0, 0, 0, 0, 8, 9, 0, 0], 3)
    expect(await fifth(person, colours)).toMatchObject({
      counts: null,
      unmeasured: { kind: 'other-values', message: expect.stringMatching(/coloured picture/) as string },
    })
    expect((await fifth(person, fixture('silhouette.jpg', 'person'))).unmeasured?.message).toMatch(/only roughly/)
  })

  test('values above the names that classes go by', async () => {
    const { counts, unmeasured } = await fifth(person, mask({ 0: 3, 15: 2, 37: 1 }, 'person'))
    expect(counts).toBeNull()
    expect(unmeasured?.message).toBe('The mask has 37, and the names of its classes end at 20.')
  })

  test('several classes where each mask has one', async () => {
    const one = () => mask({ 0: 3, 7: 2 }, 'gnu')
    const two = () => mask({ 0: 3, 9: 2 }, 'yak')
    let turn = 0
    const { counts, unmeasured } = await fifth(() => (turn++ % 2 ? one() : two()), mask({ 0: 3, 7: 2, 9: 1 }, 'gnu'))
    expect(counts).toBeNull()
    expect(unmeasured?.message).toBe('The mask has several classes (7, 9), where each mask has one.')
  })

  test('levels among silhouettes with soft edges', async () => {
    const soft = () => fixture('silhouette-soft.png')
    expect((await fifth(soft, fixture('silhouette.png'))).unmeasured).toBeNull()
    expect((await fifth(soft, fixture('ade.png'))).unmeasured?.message).toMatch(/levels between dark and bright/)
  })

  test('255 after 254 is not void, unless it was asked for', async () => {
    const objects = () => mask({ 0: 4, 1: 1, 2: 2 }, null, `instances/${made++}.png`)
    const many = mask({ 0: 4, 254: 1, 255: 2 }, null, 'instances/many.png')
    expect((await fifth(objects, many)).unmeasured?.message).toMatch(/254 beside 255, which is taken as void/)
    const asked = { counts: { inside: 1, void: 2, outside: 4 }, unmeasured: null }
    expect(await fifth(objects, many, { void: 255 })).toEqual(asked)
  })

  test('a class that is not there is no contradiction: nothing is inside, which is said with the values', async () => {
    const { counts, unmeasured } = await fifth(person, cat())
    expect(counts).toMatchObject({ inside: 0 })
    expect(unmeasured).toEqual({ kind: 'empty', message: 'The mask has no pixel of 8: its values are 0, 12, 15.' })
    writeFileSync(join(folder, 'cut.png'), 'no png')
    const broken = { label: 'cat', mask: join(folder, 'cut.png') }
    expect((await fifth(person, broken)).unmeasured).toMatchObject({ kind: 'unreadable' })
  })
})

test('trimaps of matting, and from 0 where their name says trimap', async () => {
  expect(await read([mask({ 0: 4, 128: 2, 255: 3 })])).toMatchObject({
    text: 'trimap, 255 inside, border (128) void',
    counts: [[3, 2, 4]],
  })
  expect((await read([mask({ 0: 4, 1: 2, 2: 3 }, null, 'trimaps/a.png')])).counts).toEqual([[4, 3, 2]])
  expect((await read([mask({ 1: 4, 2: 2, 3: 3 })], { void: 'none' })).counts).toEqual([[4, 0, 5]])
})

test('a kind that does not fit is refused with the values', async () => {
  await expect(findMaskRule([mask({ 0: 1, 7: 3 })], { kind: 'trimap' })).rejects.toThrow(
    /values are 0, 7\. A trimap has/,
  )
})

test('colours of no known meaning are not read, one colour on black is binary', async () => {
  const sharp = (await import('sharp')).default
  const write = async (name: string, ...rgb: number[]) => {
    const path = join(folder, name)
    await sharp(Uint8Array.from(rgb), { raw: { width: rgb.length / 3, height: 1, channels: 3 } })
      .png()
      .toFile(path)
    return { label: 'x', mask: path }
  }
  const colours = await write('colours.png', 0, 0, 0, 255, 0, 0, 10, 200, 30)
  expect(await read([colours])).toMatchObject({ rule: { kind: null }, counts: [null], text: 'no mask is read' })
  expect((await read([colours], { kind: 'instances' })).counts).toEqual([[2, 0, 1]])
  expect((await read([await write('one.png', 0, 0, 0, 255, 0, 0)])).counts).toEqual([[1, 0, 1]])
})

test('a mask that cannot be read leaves the others; none that can leaves no rule', async () => {
  writeFileSync(join(folder, 'broken.png'), 'no png')
  const broken = { label: null, mask: join(folder, 'broken.png') }
  expect((await findMaskRule([broken, mask({ 0: 1, 1: 1 })]))!.rule.kind).toBe('binary')
  expect(await findMaskRule([broken])).toMatchObject({ rule: { kind: null } })
  expect(await findMaskRule([{ label: null, mask: null }])).toBeNull()
})
