/** What a folder of images looks like before anything is computed. */
export interface DatasetReport {
  path: string
  count: number
  classes: {
    folder: string
    count: number
    /** Class index in the model, null when unmatched. */ classIndex: number | null
  }[]
  /** First few files, relative paths, for a preview. */
  preview: string[]
  masks: { path: string; count: number } | null
  /** Sentences about what looks wrong; never fatal here. */
  problems: string[]
}

export interface FolderEntry {
  name: string
  kind: 'folder' | 'model' | 'project' | 'image' | 'file'
  bytes: number
}

export interface FolderListing {
  path: string
  parent: string | null
  entries: FolderEntry[]
  /** Places to start from: home, the demo, drives. */
  roots: { name: string; path: string }[]
}
