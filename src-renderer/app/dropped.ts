/** What is dropped on the window, as far as its name tells. */

export type DroppedKind = 'model' | 'project' | 'dataset'

/** The kind of a name, where nothing but that is known; a folder or an archive may hold a dataset. */
export function droppedKind(name: string): DroppedKind {
  if (/\.onnx$/i.test(name)) return 'model'
  return /\.headlight$/i.test(name) ? 'project' : 'dataset'
}

/** The form of a new project with what was dropped in it, and what was chosen before. */
export function withDropped(search: string, kind: Exclude<DroppedKind, 'project'>, path: string): string {
  const parameters = new URLSearchParams(search)
  parameters.set(kind === 'model' ? 'model' : 'data', path)
  return `/new?${parameters.toString()}`
}

declare global {
  interface Window {
    /** What the desktop application's preload script lends; a browser has none. */
    headlight?: {
      /** Where a dropped file lies, '' for one that lies nowhere. */
      pathOf(file: File): string
    }
  }
}
