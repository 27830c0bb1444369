import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnnotationChange, RunInfo } from '@shared/api'
import type { BatchResult } from '@shared/batch-result'
import { Compute } from '../../compute/compute'
import type { ComputeApi } from '../../compute/api'
import type { LibraryApi } from '../../library/api'
import { Library } from '../../library/library'
import { batchOf, definitionOf, model, writeImages } from '../../library/library-fixture'
import type { Remote } from '../../process'
import type { ComputeSource } from '../../runs/compute-source'
import { figureSource } from '../figure-source'
import { PausableControl } from '../../exports/control'
import type { ReportSource } from '../../exports/report/gather'
import type { ExportSource } from '../../exports/source'

export interface SmallProject {
  folder: string
  library: Library
  compute: ComputeSource
  run: RunInfo
  source: ExportSource & ReportSource & { picture: ReportSource['figures']['picture'] }
  /** `[done samples, 2, 2]` */
  l1: number[]
  close(): Promise<void>
}

/** A real library over pictures of these paths in order of path; those with "broken" in their names have no result. */
export async function smallProject(
  names: readonly string[],
  predictions: number[],
  confidences: number[],
  annotations: AnnotationChange[] = [],
  more: Partial<BatchResult> = {},
): Promise<SmallProject> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-exports-'))
  const library = new Library()
  const data = join(folder, 'images')
  await writeImages(data, names)
  const project = await library.project.create({ path: join(folder, 'P.headlight') })
  const { id } = await library.runs.begin({ definition: definitionOf(data), model, certificate: null })
  const pending = await library.runs.pending({ runId: id, after: -1, limit: names.length })
  const isBroken = ({ file }: (typeof pending)[number]) => String(file).includes('broken')
  const batch = batchOf(
    pending.filter((sample) => !isBroken(sample)),
    { predictions, confidences },
  )
  const message = 'No image: it is\ncut off.'
  const errors = pending
    .filter(isBroken)
    .map((sample) => ({ id: sample.id, code: 'unreadable-image' as const, message }))
  await library.runs.commit({ runId: id, batch: { ...batch, ...more, errors } })
  if (annotations.length > 0) {
    await library.annotations.change({ changes: annotations, reviewer: 'ana', runId: id })
  }
  const remote: Remote<LibraryApi> = library
  const process = new Compute() as unknown as Remote<ComputeApi>
  const compute: ComputeSource = { acquire: () => process, end: () => undefined }
  const figures = figureSource(remote, compute)
  return {
    folder,
    library,
    compute,
    run: await library.runs.get({ runId: id }),
    source: { library: remote, project, program: 'Headlight test', figures, picture: figures.picture },
    l1: [...(batch.headL1 ?? [])],
    async close() {
      await library.project.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A control that is told nothing. */
export const unwatched = () => new PausableControl(() => undefined)
