import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about saved views. Every window is told of a change. */
export function viewCalls({ library, emit }: ServiceContext): HandlersOf<'views'> {
  return {
    'views.list': () => library.views(),
    async 'views.save'({ name, address }) {
      const view = await library.saveView(name, address)
      emit('views.changed', { name })
      return view
    },
    async 'views.remove'({ name }) {
      await library.removeView(name)
      emit('views.changed', { name })
      return null
    },
  }
}
