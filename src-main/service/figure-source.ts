import { sampleQuestion } from './sample-question'
import type { LabelPredictions, RunInfo, SampleRow } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Selection } from '@shared/figure/recipe'
import type { FigureSource } from '../figures/source'
import type { ComputeSource, Library } from '../runs/compute-source'
import { chooseRun } from './choose-run'
import { targetQuestion } from './target-question'

/** The part of a ComputeSource that reads and explains pictures. */
export type PictureSource = Pick<ComputeSource, 'acquire'>

/**
 * The open project as a source of figures; maps that no run has, attention of heads and the model's view of pictures are
 * computed, until `signal` says that nobody waits for them.
 */
export function figureSource(library: Library, compute: PictureSource, signal?: AbortSignal): FigureSource {
  return {
    async run(name) {
      const project = await library.project.current()
      if (project === null) throw new HeadlightError('usage', 'No project is open; open or create one first.')
      return chooseRun(project.runs, name)
    },
    samples: (run, selection) => readSamples(library, run, selection),
    async picture(run, id) {
      const { file } = await library.samples.file({ runId: run.id, id })
      return compute.acquire().inputPicture(file, run.definition.preprocessing)
    },
    async map(run, id, method) {
      const { grid, ids, values } = await library.samples.maps({ runId: run.id, ids: Uint32Array.of(id), method })
      return ids.length === 0 ? null : { grid, values }
    },
    async explainedMap(run, id, method, target) {
      const { question } = await targetQuestion(library, run.id, id, target, signal)
      const { settings } = run.definition
      const { grid, maps, detection } = await compute
        .acquire()
        .explainSample({ ...question, settings, methods: [method] })
      return { grid, values: maps[0]!.values, ...(detection && { detection }) }
    },
    async attention(run, id, layer, head, patch) {
      const { file } = await library.samples.file({ runId: run.id, id })
      signal?.throwIfAborted()
      return compute.acquire().attention({ ...(await sampleQuestion(library, run, file)), layer, head, patch, signal })
    },
    async mask(run, id) {
      const files = await library.samples.file({ runId: run.id, id })
      return files.mask === null ? null : compute.acquire().maskPicture(files, run.definition.preprocessing)
    },
    heads: (run, by, filter, norm) => library.statistics.heads({ runId: run.id, by, filter, norm }),
    difference: (run, a, b, norm, stratified) =>
      library.statistics.difference({ runId: run.id, filterA: a, filterB: b, norm, stratified }),
    async confusion(run, filter, rows) {
      const { classes, labels, predictions, counts, datasetLabels } = await library.statistics.confusion({
        runId: run.id,
        filter,
      })
      if (rows === 'label') {
        const dense = new Uint32Array(datasetLabels.length * classes)
        const isUnmatched = ({ classIndex }: LabelPredictions) => classIndex === null
        const rowsOfLabels = [
          ...datasetLabels.filter((label) => !isUnmatched(label)),
          ...datasetLabels.filter(isUnmatched),
        ]
        rowsOfLabels.forEach((label, row) =>
          label.predictions.forEach((prediction, i) => (dense[row * classes + prediction] = label.counts[i]!)),
        )
        return {
          classes,
          counts: dense,
          labels: rowsOfLabels.map((label) => (isUnmatched(label) ? `${label.name} (no class)` : label.name)),
        }
      }
      const dense = new Uint32Array(classes * classes)
      counts.forEach((count, i) => (dense[labels[i]! * classes + predictions[i]!] = count))
      return { classes, counts: dense, labels: null }
    },
    localisation: (run, filter) => library.statistics.localisation({ runId: run.id, filter }),
  }
}

async function readSamples(library: Library, run: RunInfo, selection: Selection): Promise<SampleRow[]> {
  if (!('paths' in selection)) {
    const { filter, sort, descending, limit } = selection
    const { ids } = await library.samples.query({ runId: run.id, filter, sort, descending })
    return library.samples.rows({ runId: run.id, ids: ids.slice(0, limit) })
  }
  const found = await library.samples.idsOfPaths({ runId: run.id, paths: selection.paths })
  const missing = selection.paths.filter((_, i) => found[i] === null)
  if (missing.length > 0) {
    throw new HeadlightError('not-found', `Run "${run.name}" has no sample ${missing.slice(0, 3).join(', ')}.`)
  }
  return library.samples.rows({ runId: run.id, ids: Uint32Array.from(found.filter((id) => id !== null)) })
}
