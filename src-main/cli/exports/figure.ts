import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { readRecipe, type Recipe } from '@shared/figure/recipe'
import { type Figure, FIGURE_FORMATS, type FigureFormat, makeFigure, writeFigure } from '../../figures/figure'
import { latexSnippet } from '../../figures/latex'
import { refuseIrregular } from '@headlight/explain/files'
import type { Backend } from '../../service/backend'
import { figureSource } from '../../service/figure-source'
import { programFolder } from '../../process/program-folder'
import { readVersion } from '../../service/places'
import type { CommandContext } from '../command'
import { required, text } from '../options'
import { usage } from '../usage'
import { type ExportKind, writeWhole } from './kind'
import { openSource } from './tables'

const LATEX = 'tex'

/** A figure from its recipe: a JSON file, or the name of one that is saved in the project. */
export const exportedFigure: ExportKind = {
  what: 'figure',
  formats: [...FIGURE_FORMATS, LATEX],
  options: ['recipe'],
  async write(context: CommandContext, format, out) {
    const { options, backend, output } = context
    await openSource(context)
    const recipe = await wantedRecipe(backend(), required(options, 'recipe'))
    const of = text(options, 'run')
    const { figure, latex } = await drawFigure(backend(), of === undefined ? recipe : { ...recipe, run: of }, out)
    for (const notice of figure.notices) output.note(notice)
    return writeWhole(out, format === LATEX ? Buffer.from(latex) : await writeFigure(figure, format as FigureFormat))
  },
}

/** The figure of a recipe over the open project, and a snippet that puts `file` into a paper. */
export async function drawFigure(
  { library, compute }: Backend,
  recipe: Recipe,
  file: string,
): Promise<{ figure: Figure; latex: string }> {
  const source = figureSource(library, compute)
  const figure = await makeFigure(recipe, source, `Headlight ${readVersion(programFolder())}`)
  return { figure, latex: latexSnippet(recipe, await source.run(recipe.run), pdfBeside(file), figure.scene.width) }
}

export async function wantedRecipe({ library }: Backend, wanted: string): Promise<Recipe> {
  const { recipes } = await library.figures.list()
  const saved = recipes.find(({ recipe }) => recipe.name === wanted)
  if (saved) return saved.recipe
  await refuseIrregular(wanted, 'usage')
  const content = await readFile(wanted, 'utf8').catch((cause: unknown) => {
    const names = recipes.map(({ recipe }) => `"${recipe.name}"`).join(', ') || 'none'
    throw new HeadlightError('not-found', `--recipe ${wanted} is not a file and no saved figure (saved: ${names}).`, {
      cause,
    })
  })
  const read = readRecipe(jsonOf(content, wanted))
  if ('problems' in read) throw usage(`${wanted} is not a recipe of a figure: ${read.problems.slice(0, 3).join('; ')}.`)
  return read.recipe
}

function jsonOf(content: string, file: string): unknown {
  try {
    return JSON.parse(content)
  } catch (error) {
    throw usage(`${file} is not JSON: ${(error as Error).message}.`)
  }
}

function pdfBeside(file: string): string {
  return basename(file).replace(/\.[^.]+$/, '.pdf')
}
