import { createHash } from 'node:crypto'
import type { FigureFile } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { toMillimetres } from '@shared/figure/sizes'
import { type Figure, type FigureFormat, makeFigure, writeFigure } from '../figures/figure'
import { latexSnippet } from '../figures/latex'
import { figureSource } from './figure-source'
import type { HandlersOf, ServiceContext } from './handlers'

/** A preview is drawn for a screen: the same layout with fewer pixels in its pictures. */
const PREVIEW_DPI = 150

const TYPES: Record<FigureFormat, string> = { svg: 'image/svg+xml', pdf: 'application/pdf', png: 'image/png' }

/** Calls about figures: recipes that the project keeps, previews, and files. */
export function figureCalls({ library, compute, version }: ServiceContext): HandlersOf<'figures'> {
  const make = (recipe: Recipe, pictureDpi: number, signal: AbortSignal | undefined): Promise<Figure> =>
    makeFigure(recipe, figureSource(library, compute, signal), `Headlight ${version}`, pictureDpi)
  return {
    'figures.list': () => library.recipes(),
    async 'figures.save'({ recipe }) {
      await library.saveRecipe(recipe)
      return null
    },
    async 'figures.remove'({ name }) {
      await library.removeRecipe(name)
      return null
    },
    async 'figures.preview'({ recipe }, signal) {
      const figure = await make(recipe, Math.min(recipe.dpi, PREVIEW_DPI), signal)
      const { width, height } = figure.scene
      const run = await figureSource(library, compute).run(recipe.run)
      return {
        svg: (await writeFigure(figure, 'svg')).toString(),
        width: toMillimetres(width),
        height: toMillimetres(height),
        notices: figure.notices,
        latex: latexSnippet(recipe, run, `${fileStem(recipe.name)}.pdf`, width),
      }
    },
    async 'figures.write'({ recipe, format }, signal): Promise<FigureFile> {
      const bytes = await writeFigure(await make(recipe, recipe.dpi, signal), format)
      return { fileName: `${fileStem(recipe.name)}.${format}`, type: TYPES[format], bytes: new Uint8Array(bytes) }
    },
  }
}

/** A file name without anything that a file system or LaTeX would stumble over. */
function fileStem(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
  return stem || `figure-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
