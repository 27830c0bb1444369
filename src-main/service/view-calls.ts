import type { HandlersOf, ServiceContext } from './handlers'

/** Calls about saved views. Every window is told of a change. */
export function viewCalls({ library, recent, emit }: ServiceContext): HandlersOf<'views'> {
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
    async 'views.last'() {
      const project = await library.project()
      const address = project && (await recent.lastView(project.path))
      return address ? { address } : null
    },
    async 'views.keepLast'({ address }) {
      const project = await library.project()
      if (project) await recent.keepView(project.path, address)
      return null
    },
  }
}
