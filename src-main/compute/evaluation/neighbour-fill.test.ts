import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import { fillFromNeighbours } from './neighbour-fill'

const [HEIGHT, WIDTH] = [24, 20]
const AREA = HEIGHT * WIDTH

test.each([0.1, 0.5, 0.9])('with %d removed, every removed pixel is the weighted mean of its neighbours', (share) => {
  const random = seeded(5)
  const values = Float32Array.from({ length: 2 * AREA }, () => random() * 4 - 2)
  const before = values.slice()
  // Blocks of 4 x 4 pixels, as patches are.
  const blocks = Array.from({ length: 30 }, () => random() < share)
  const removed = Uint8Array.from({ length: AREA }, (_, at) =>
    Number(blocks[Math.floor(Math.floor(at / WIDTH) / 4) * 5 + Math.floor((at % WIDTH) / 4)]),
  )
  fillFromNeighbours(values, removed, WIDTH)
  let worst = 0
  for (let at = 0; at < 2 * AREA; at++) {
    const pixel = at % AREA
    if (removed[pixel] === 0) {
      expect(values[at]).toBe(before[at])
      continue
    }
    const [y, x] = [Math.floor(pixel / WIDTH), pixel % WIDTH]
    let [sum, weights] = [0, 0]
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if ((dy === 0 && dx === 0) || y + dy < 0 || y + dy >= HEIGHT || x + dx < 0 || x + dx >= WIDTH) continue
        const weight = dy === 0 || dx === 0 ? 1 / 6 : 1 / 12
        sum += weight * values[at + dy * WIDTH + dx]!
        weights += weight
      }
    }
    worst = Math.max(worst, Math.abs(values[at]! - sum / weights))
  }
  expect(worst).toBeLessThan(1e-4)
})

test('nothing removed and nothing known leave a picture as it is', () => {
  for (const removed of [0, 1]) {
    const values = Float32Array.of(1, 2, 3, 4)
    fillFromNeighbours(values, new Uint8Array(4).fill(removed), 2)
    expect([...values]).toEqual([1, 2, 3, 4])
  }
})
