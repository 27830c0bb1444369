/** What a dataset looks like before anything is computed. */
export interface DatasetReport {
  path: string
  /** What it is, for people: "Image folder", "Zip archive". */
  kind: string
  count: number
  /** By label, in natural order. */
  classes: {
    /** The label as the dataset writes it: a folder's name, a class name or number. */
    folder: string
    count: number
    /** Class index in the model, null when unmatched. */ classIndex: number | null
  }[]
  /** First few files, relative paths, for a preview. */
  preview: string[]
  /** Where the masks lie: their folder, or the dataset itself where it names them. */
  masks: { path: string; count: number } | null
  /** Names of what else is known of the samples, for `meta.NAME:value` in filters. */
  metadata: string[]
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
