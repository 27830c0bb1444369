import type { HandlersOf, ServiceContext } from './handlers'

/** Calls that start and steer exports. */
export function exportCallHandlers({ exports }: ServiceContext): HandlersOf<'exports'> {
  return {
    'exports.start': async (request) => exports.start(request),
    'exports.list': async () => exports.list(),
    async 'exports.pause'({ id }) {
      exports.pause(id)
      return null
    },
    async 'exports.resume'({ id }) {
      exports.resume(id)
      return null
    },
    async 'exports.cancel'({ id }) {
      await exports.cancel(id)
      return null
    },
  }
}
