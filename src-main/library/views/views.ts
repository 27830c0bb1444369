import type { CurrentProject } from '../current-project'
import type { ViewsApi } from './api'
import { listViews, removeView, saveView } from './saved-views'

export function viewsPart(current: CurrentProject): ViewsApi {
  const project = () => current.opened.project
  return {
    list: async () => listViews(project()),
    save: async ({ name, address }) => saveView(project(), name, address),
    remove: async ({ name }) => removeView(project(), name),
  }
}
