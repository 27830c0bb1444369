import { homedir } from 'node:os'
import { modelChoice } from '@shared/api'
import type { ModelClasses } from '../datasets/match-classes'
import { withProgress } from '../runs/with-progress'
import { withChosenFiles } from '../compute/chosen-files'
import { modelFiles } from '../runs/plan'
import { collectReport } from './bug-report'
import { describePath, listFolder } from './folders'
import type { HandlersOf, ServiceContext } from './handlers'
import { programLog } from './program-log'
import { SeenModels } from './seen-models'

/** Calls about the program, the file system, and models and datasets before they are in a run. */
export function appCalls(context: ServiceContext): HandlersOf<'app' | 'files' | 'model' | 'dataset'> {
  const { library, compute, certificates, demo, opened, recent, shell, version, emit } = context
  const models = new SeenModels(compute)
  return {
    'app.info': async () => ({
      version,
      platform: process.platform,
      shell,
      demoAvailable: demo !== null,
      home: homedir(),
    }),
    'app.recent': () => recent.list(),
    'app.opened': async () => opened.shift() ?? null,
    'files.describe': ({ path }) => describePath(path),
    'app.report': () => collectReport({ library, log: programLog(), version, shell }),
    'files.list': ({ path }) => listFolder(path, demo),
    'model.inspect': ({ path, ...choice }) => models.inspect(path, choice),
    async 'model.certify'({ path, ...choice }, signal) {
      return certificates.of(await models.inspect(path, choice), [], { choice, signal })
    },
    async 'model.files'({ path, ...chosen }) {
      return modelFiles(await withChosenFiles(await models.recall(path, modelChoice(chosen)), chosen))
    },
    async 'dataset.scan'({ path, modelPath, labelsPath, labelSource, ...choice }, signal) {
      const scanned = (model: ModelClasses | null) =>
        withProgress(
          library,
          library.datasets.scan({ path, model, labelSource: labelSource ?? 'auto' }, { signal }),
          (progress) => emit('task.progress', progress),
        )
      if (!modelPath) return scanned(null)
      const { labels, labelKeys } = await withChosenFiles(await models.recall(modelPath, choice), { labelsPath })
      return scanned({ labels, keys: labelKeys })
    },
    'dataset.pictures': ({ path }) => library.datasets.pictures({ path }),
    async 'dataset.inputs'({ path, preprocessing, count }) {
      const samples = (await library.datasets.samples({ path })).slice(0, count)
      return compute.acquire().previewInputs(samples, preprocessing)
    },
  }
}
