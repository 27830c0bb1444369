import { stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ExportReport, RunInfo, SampleRow } from '@shared/api'
import { boxInInput } from '@shared/detection-box'
import { HeadlightError } from '@shared/errors'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { npyHeader } from '@headlight/explain/files'
import { xmp } from '../../figures/scene/provenance'
import type { FigureSource, PatchMap } from '../../figures/source'
import { aboutExport } from '../about'
import type { JobControl } from '../control'
import { writeThroughDraft } from '../draft'
import { refuseLeadingOut } from '../target'
import { exportTable } from '../export-table'
import { type Chosen, chosenIds, type ExportSource, idBlocks } from '../source'
import type { Table } from '../table'
import { detectionColumns, detectionValues } from '../tables/detections'
import { className, SAMPLE_COLUMNS, sampleValues } from '../tables/sample-columns'
import { asImage, drawOverlay, OVERLAY_STYLE, overlaySize } from './draw-overlay'
import { FileNames } from './file-names'

export const OVERLAY_FORMATS = ['png', 'npy'] as const

export interface OverlayOptions {
  /** 'png': the map over the picture; 'npy': the raw map, float32 `[rows, columns]`. */
  format: (typeof OVERLAY_FORMATS)[number]
  method: MethodId
  /** Pixels of the longer side of a PNG. */
  size: number
  pattern: string
  /** Files that are there stay as they are: how a batch that was stopped goes on. */
  skipExisting: boolean
  /** Draws the box of a detector's query. */
  boxes: boolean
}

/** Overlays that are drawn at a time: while one is encoded, others are decoded and blended. */
const AT_ONCE = 4
/** A tenth faster than the usual 6, for files that are hardly larger. */
const PNG_LEVEL = 3

/**
 * Every overlay of the chosen samples as a file in the folder `out`, and `overlays.csv` with the sample of each. A sample
 * without a map, or whose picture cannot be read, is named there with the reason. Files are whole whenever it stops.
 */
export async function exportOverlays(
  source: ExportSource & { picture: FigureSource['picture'] },
  chosen: Chosen,
  options: OverlayOptions,
  out: string,
  control: JobControl,
): Promise<ExportReport> {
  const { run } = chosen
  if (!run.definition.methods.includes(options.method)) {
    const has = run.definition.methods.join(', ') || 'head scores alone'
    throw new HeadlightError('usage', `Run "${run.name}" has no maps of ${options.method}; it has ${has}.`)
  }
  const folder = resolve(out)
  const ids = await chosenIds(source, chosen)
  const batch = new OverlayBatch(source, run, options, folder)
  const index: Table = {
    what: 'overlays',
    columns: [
      { name: 'file', type: 'text', meaning: 'The overlay, relative to this folder; missing where there is none.' },
      { name: 'problem', type: 'text', meaning: 'Why there is none.' },
      ...SAMPLE_COLUMNS,
      ...detectionColumns(run),
    ],
    about: aboutExport(source.program, source.project, run, chosen.filter),
    total: ids.length,
    async *blocks() {
      let done = 0
      for (const part of idBlocks(ids)) {
        const rows = await source.library.samples.rows({ runId: run.id, ids: part })
        const made = await batch.write(rows, part, () => control.step(++done, ids.length))
        done += part.length - rows.length
        const columns = [made.map(({ file }) => file), made.map(({ problem }) => problem)]
        yield {
          rows: rows.length,
          read: part.length,
          values: [...columns, ...sampleValues(run, rows), ...detectionValues(run, rows)],
        }
      }
    },
  }
  const { beside, out: indexFile } = await exportTable(index, 'csv', join(folder, 'overlays.csv'), control)
  return {
    out: folder,
    bytes: batch.bytes,
    rows: batch.files,
    leftOut: ids.length - batch.files,
    beside: [indexFile, ...beside],
  }
}

interface Made {
  file: string | null
  problem: string | null
}

class OverlayBatch {
  readonly #source: ExportSource & { picture: FigureSource['picture'] }
  readonly #run: RunInfo
  readonly #options: OverlayOptions
  readonly #folder: string
  files = 0
  bytes = 0
  readonly #names: FileNames
  /** Folders that no link leads out of the one that was chosen. */
  readonly #inside = new Set<string>()

  constructor(
    source: ExportSource & { picture: FigureSource['picture'] },
    run: RunInfo,
    options: OverlayOptions,
    folder: string,
  ) {
    this.#source = source
    this.#run = run
    this.#options = options
    this.#folder = folder

    this.#names = new FileNames(options.pattern, options.format)
  }

  /** Draws the overlays of some samples, a few at a time; `each` is awaited after every one. */
  async write(rows: readonly SampleRow[], ids: Uint32Array, each: () => Promise<void>): Promise<Made[]> {
    const { library } = this.#source
    const batch = await library.samples.maps({ runId: this.#run.id, ids, method: this.#options.method })
    const size = batch.grid[0] * batch.grid[1]
    const places = new Map(Array.from(batch.ids, (id, i) => [id, i]))
    const made: Made[] = []
    // Names are given in order, whichever overlay is ready first.
    const named = rows.map((row) => this.#names.next(this.#valuesOf(row)))
    let next = 0
    const draw = async () => {
      for (let i = next++; i < rows.length; i = next++) {
        const [row, name] = [rows[i], named[i]]
        if (row === undefined || name === undefined) continue
        const place = places.get(row.id)
        const values = place === undefined ? null : batch.values.subarray(place * size, (place + 1) * size)
        made[i] = await this.#one(row, name, values && { grid: batch.grid, values })
        await each()
      }
    }
    await allSettled(Array.from({ length: AT_ONCE }, draw))
    return made
  }

  async #one(row: SampleRow, name: string, map: PatchMap | null): Promise<Made> {
    if (map === null) return { file: null, problem: row.error ?? 'The run has no map of it.' }
    const path = join(this.#folder, name)
    this.#keepInside(path)
    const existing = this.#options.skipExisting ? await stat(path).catch(() => null) : null
    if (existing === null) {
      const content = await this.#content(row, map).catch(unreadable)
      if (typeof content === 'string') return { file: null, problem: content }
      await writeThroughDraft(path, (file) => writeFile(file, content))
      this.bytes += content.byteLength
    } else {
      this.bytes += existing.size
    }
    this.files++
    return { file: name, problem: null }
  }

  #keepInside(path: string): void {
    const parent = dirname(path)
    if (this.#inside.has(parent)) return
    refuseLeadingOut(this.#folder, path)
    this.#inside.add(parent)
  }

  async #content(row: SampleRow, map: PatchMap): Promise<Uint8Array> {
    const { format, size, boxes } = this.#options
    if (format === 'npy') {
      const values = new Uint8Array(map.values.buffer, map.values.byteOffset, map.values.byteLength)
      return Buffer.concat([npyHeader(map.grid), values])
    }
    const picture = await this.#source.picture(this.#run, row.id)
    const pixels = await drawOverlay(
      picture,
      map,
      overlaySize(this.#run.definition.preprocessing, size),
      boxes ? boxInInput(row.detection) : null,
    )
    return asImage(pixels).withXmp(this.#provenance(row)).png({ compressionLevel: PNG_LEVEL }).toBuffer()
  }

  #provenance(row: SampleRow): string {
    const { definition, model, provider, name } = this.#run
    return xmp({
      title: `${METHODS[this.#options.method].name}: ${row.path}`,
      creator: this.#source.program,
      model: { file: model.fileName, sha256: model.hash },
      run: name,
      settings: {
        method: this.#options.method,
        target: JSON.stringify(definition.target),
        options: JSON.stringify(definition.settings),
        provider: provider ?? '',
        precision: definition.precision,
      },
      samples: [row.path],
      recipe: OVERLAY_STYLE,
    })
  }

  #valuesOf({ id, path, labelName, prediction }: SampleRow) {
    const stem = path.replace(/\.[^./]+$/, '')
    return {
      path: stem,
      name: stem.slice(stem.lastIndexOf('/') + 1),
      label: labelName ?? 'unlabelled',
      prediction: className(this.#run, prediction) ?? 'none',
      method: this.#options.method,
      id: String(id),
    }
  }
}

/** An error of one picture is recorded for it; an error of the machine ends the batch. */
function unreadable(error: unknown): string {
  const codes = ['not-found', 'unreadable-image', 'unfit-image', 'unreadable-file']
  if (error instanceof HeadlightError && codes.includes(error.code)) return error.message
  throw error
}

/** Waits for all, then throws the first error, so that nothing is still running when the caller cleans up. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason
}
