import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BatchResult } from '@shared/batch-result'
import type { RunInfo } from '@shared/api'
import { METHODS } from '@headlight/explain/methods'
import { Project } from './project/project'
import type { PlannedRun } from './run/api'
import { commitBatch } from './run/commit-batch'
import { enrolSamples } from './run/enrol-samples'
import { ensureRun, readRun } from './run/run-records'
import { mapPrecisionFor } from './samples/map-blobs'
import { ensureDataset, registerSamples } from './samples/sample-keys'

/** Samples that are written: a first part, with the fixed size of every project, and a second one that is measured. */
const FIRST = 64
const MEASURED = 192
const TOP_K = 5
/** As long as the paths of ImageNet are. */
const pathOf = (index: number) => `n01440764/ILSVRC2012_val_${String(index).padStart(8, '0')}.JPEG`

/**
 * Bytes that one sample of such a run of `samples` takes in both databases. Measured, not reckoned: results of these shapes are
 * written to a scratch project by the code that writes real ones, and the growth of its files is taken.
 */
export async function measureStorage({
  definition,
  model,
  withMasks,
  samples,
}: PlannedRun): Promise<{ bytesPerSample: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-estimate-'))
  try {
    const project = Project.create(join(folder, 'estimate.headlight'))
    try {
      const datasetId = ensureDataset(project, folder)
      const runId = ensureRun(project, datasetId, definition, model, null)
      const mapPrecision = mapPrecisionFor(samples, definition.methods.length, model.grid[0] * model.grid[1])
      const write = async (first: number, count: number) => {
        const samples = Array.from({ length: count }, (_, i) => pathOf(first + i)).map((path) => ({
          path,
          label: 'n01440764',
          location: join(folder, path),
          split: 'val',
          mask: null,
          metadata: null,
        }))
        const registered = await registerSamples(project, datasetId, folder, samples, 'folder level 1')
        const enrolled = registered.map(({ id, location }) => ({
          ...{ id, file: location, label: 0, datasetLabel: 'n01440764', split: 'val', mask: null },
        }))
        enrolSamples(project, runId, enrolled, null)
        // As wide as the maps of the whole run will be.
        const run = { ...readRun(project, runId), mapPrecision }
        const ids = registered.map(({ id }) => id)
        commitBatch(project, run, likelyResults(run, ids, withMasks))
        return sizeOf(project)
      }
      const before = await write(0, FIRST)
      return { bytesPerSample: Math.ceil(((await write(FIRST, MEASURED)) - before) / MEASURED) }
    } finally {
      await project.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Bytes of both databases once their journals are folded in. */
function sizeOf(project: Project): number {
  return [project.review, project.cache].reduce((sum, database) => {
    database.pragma('wal_checkpoint(TRUNCATE)')
    return sum + statSync(database.name).size
  }, 0)
}

/** Results of the run's shapes, as varied as real ones so that nothing packs them better than those. */
function likelyResults({ definition, model }: RunInfo, ids: readonly number[], withMasks: boolean): BatchResult {
  const n = ids.length
  const random = (size: number) => Float32Array.from({ length: n * size }, () => Math.random())
  const scores = definition.methods.some((method) => METHODS[method].needsGradient)
  const heads = model.layers * model.heads
  const topK = Math.min(TOP_K, Math.max(1, model.classes))
  return {
    ids: Uint32Array.from(ids),
    width: new Uint32Array(n).fill(500),
    height: new Uint32Array(n).fill(375),
    bytes: new Float64Array(n).fill(110_000),
    hash: ids.map((id) => id.toString(16).padStart(64, 'a')),
    prediction: new Int32Array(n),
    target: new Int32Array(n),
    topK,
    topClass: new Int32Array(n * topK),
    topLogit: random(topK),
    topProbability: random(topK),
    layers: model.layers,
    heads: model.heads,
    grid: model.grid,
    headL1: scores ? random(heads) : null,
    headL2: scores ? random(heads) : null,
    headTaylor: scores ? random(heads) : null,
    maps: definition.methods.map((method) => ({ method, values: random(model.grid[0] * model.grid[1]) })),
    // Sums of attention do not grow with the samples.
    attention: null,
    localisation: withMasks
      ? definition.methods.map((method) => ({ method, pointing: random(1), energy: random(1), iou: random(1) }))
      : [],
    unmeasured: [],
    errors: [],
    timing: { decodeMs: 0, inferMs: 0 },
  }
}
