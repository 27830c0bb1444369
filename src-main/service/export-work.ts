import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { CallOutput, ExportReport, exportRequestSchema, FigureFile } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Recipe } from '@shared/figure/recipe'
import { toMillimetres } from '@shared/figure/sizes'
import type { JobControl } from '../exports/control'
import { annotationTable, exportTable, runTable, type TableFormat } from '../exports/export-table'
import { exportOverlays } from '../exports/overlays/export-overlays'
import { DEFAULT_PATTERN } from '../exports/overlays/file-names'
import { exportReport } from '../exports/report/export-report'
import { type Figure, type FigureFormat, makeFigure, writeFigure } from '../figures/figure'
import { latexSnippet } from '../figures/latex'
import type { Library } from '../runs/compute-source'
import { figureSource, type PictureSource } from './figure-source'

export type ExportWrite = z.output<typeof exportRequestSchema>

/** A preview is drawn for a screen: the same layout with fewer pixels in its pictures. */
const PREVIEW_DPI = 150

const TYPES: Record<FigureFormat, string> = { svg: 'image/svg+xml', pdf: 'application/pdf', png: 'image/png' }

/** Makes figures and exports from the open project's results: seconds of work, in a thread of its own (export-thread.ts). */
export class ExportWork {
  readonly #library: Library
  readonly #compute: PictureSource
  readonly #program: string

  /** `program` is its name and version, such as 'Headlight 0.1.0'. */
  constructor(library: Library, compute: PictureSource, program: string) {
    this.#library = library
    this.#compute = compute
    this.#program = program
  }

  async preview(recipe: Recipe, signal?: AbortSignal): Promise<CallOutput<'figures.preview'>> {
    const figure = await this.#make(recipe, Math.min(recipe.dpi, PREVIEW_DPI), signal)
    const { width, height } = figure.scene
    const run = await figureSource(this.#library, this.#compute).run(recipe.run)
    return {
      svg: (await writeFigure(figure, 'svg')).toString(),
      width: toMillimetres(width),
      height: toMillimetres(height),
      notices: figure.notices,
      latex: latexSnippet(recipe, run, `${fileStem(recipe.name)}.pdf`, width),
    }
  }

  async figure(recipe: Recipe, format: FigureFormat, signal?: AbortSignal): Promise<FigureFile> {
    const bytes = await writeFigure(await this.#make(recipe, recipe.dpi, signal), format)
    return { fileName: `${fileStem(recipe.name)}.${format}`, type: TYPES[format], bytes: new Uint8Array(bytes) }
  }

  /** Writes the file or the folder that is asked for. Throws 'cancelled' where `control` says so. */
  async write(request: ExportWrite, control: JobControl): Promise<ExportReport> {
    const { runId, what, format, filter, quantities, out, method, size, pattern, skipExisting, boxes } = request
    const [library, compute, program] = [this.#library, this.#compute, this.#program]
    const project = await library.project.current()
    if (project === null) throw new HeadlightError('usage', 'No project is open; open or create one first.')
    const run = await library.runs.get({ runId })
    const figures = figureSource(library, compute)
    const source = { library, project, program, figures, picture: figures.picture }
    const chosen = { run, filter, quantities }
    switch (what) {
      case 'overlays':
        return exportOverlays(
          source,
          chosen,
          {
            format: format === 'npy' ? 'npy' : 'png',
            method: method ?? run.definition.methods[0] ?? 'gmar_l1',
            size,
            pattern: pattern ?? DEFAULT_PATTERN,
            skipExisting,
            boxes,
          },
          out,
          control,
        )
      case 'report':
        return exportReport(source, chosen, out, control)
      case 'annotations':
        return exportTable(await annotationTable(source, chosen), format as TableFormat, out, control)
      default:
        return exportTable(await runTable(source, what, chosen), format as TableFormat, out, control)
    }
  }

  #make(recipe: Recipe, pictureDpi: number, signal: AbortSignal | undefined): Promise<Figure> {
    return makeFigure(recipe, figureSource(this.#library, this.#compute, signal), this.#program, pictureDpi)
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
