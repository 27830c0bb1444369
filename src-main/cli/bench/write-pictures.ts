import { existsSync, linkSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { seeded } from '@headlight/explain/random'

/** Whether every sample has its picture, or only those of some pages. */
export type Pictures = 'some' | 'all'

/** Samples of a page of the gallery. */
export const PAGE = 60
/** Pages that have pictures where not all do, spread evenly over the samples. */
const PAGES_WITH_PICTURES = 20
/** Different pictures, each under many names: a file cannot have more than some thousands of names. */
const DIFFERENT = 300
const [WIDTH, HEIGHT] = [500, 375]

/** Writes real JPEG files of ImageNet's usual size below `root`, so that thumbnails can be made of them. */
export async function writePictures(
  root: string,
  samples: number,
  pictures: Pictures,
  pathOf: (index: number) => string,
): Promise<void> {
  const originals = join(root, '.pictures')
  mkdirSync(originals, { recursive: true })
  const random = seeded(3)
  for (let picture = 0; picture < DIFFERENT; picture++) {
    await sharp(Buffer.from(scene(random)))
      .jpeg()
      .toFile(join(originals, `${picture}.jpeg`))
  }
  const write = (from: number, to: number) => {
    for (let index = from; index < Math.min(samples, to); index++) {
      const file = join(root, pathOf(index))
      mkdirSync(dirname(file), { recursive: true })
      if (!existsSync(file)) linkSync(join(originals, `${(index * 7919) % DIFFERENT}.jpeg`), file)
    }
  }
  if (pictures === 'all') return write(0, samples)
  for (const first of pagesWithPictures(samples)) write(first, first + PAGE)
}

/** Indexes of the first sample of each page that has pictures where not all do. */
export function pagesWithPictures(samples: number): number[] {
  return Array.from({ length: PAGES_WITH_PICTURES }, (_, page) =>
    Math.floor(((page + 0.5) * Math.max(0, samples - PAGE)) / PAGES_WITH_PICTURES),
  )
}

/** Shapes on a turbulent ground, as SVG: as much to compress and to scale as a photograph. */
function scene(random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit)
  const shapes = Array.from({ length: 12 }, () => {
    const colour = `hsl(${below(360)} ${30 + below(60)}% ${25 + below(50)}%)`
    return `<ellipse cx="${below(WIDTH)}" cy="${below(HEIGHT)}" rx="${10 + below(90)}" ry="${10 + below(90)}" fill="${colour}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <filter id="ground"><feTurbulence baseFrequency="0.0${1 + below(8)}" numOctaves="4" seed="${below(1000)}"/></filter>
    <rect width="100%" height="100%" fill="hsl(${below(360)} 40% 60%)"/>
    <rect width="100%" height="100%" filter="url(#ground)" opacity="0.5"/>
    ${shapes.join('')}
  </svg>`
}
