import { homedir } from 'node:os'
import { listFolder } from './folders'
import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about the program, the file system, and models and datasets before they are in a run. */
export function appCalls(context: ServiceContext): HandlersOf<'app' | 'files' | 'model' | 'dataset'> {
  const { library, compute, demo, recent, shell, version } = context
  return {
    'app.info': async () => ({
      version,
      platform: process.platform,
      shell,
      demoAvailable: demo !== null,
      home: homedir(),
    }),
    'app.recent': () => recent.list(),
    'files.list': ({ path }) => listFolder(path, demo),
    'model.inspect': ({ path }) => compute.acquire().inspect(path),
    'model.certify': ({ path }) => compute.acquire().certify(path),
    async 'dataset.scan'({ path, modelPath }) {
      const labels = modelPath ? (await compute.acquire().inspect(modelPath)).labels : null
      return library.scan(path, labels)
    },
  }
}
