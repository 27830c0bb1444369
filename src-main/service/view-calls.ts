import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about saved views. Every window is told of a change. */
export function viewCalls({ library, recent, emit }: ServiceContext): HandlersOf<'views'> {
  return {
    'views.list': () => library.views.list(),
    async 'views.save'(input) {
      const view = await library.views.save(input)
      emit('views.changed', { name: view.name })
      return view
    },
    async 'views.remove'({ name }) {
      await library.views.remove({ name })
      emit('views.changed', { name })
      return null
    },
    async 'views.last'() {
      const project = await library.project.current()
      const address = project && (await recent.lastView(project.path))
      return address ? { address } : null
    },
    async 'views.keepLast'({ project, address }) {
      await recent.keepView(project, address)
      return null
    },
  }
}
