/** Upkeep of a project: estimates, checks, relinking, reports. */

/** Time and disk space that a run will take. */
export interface RunEstimate {
  /** Images that will be computed. */
  samples: number
  /** Bytes that one image takes in the project, measured on the tables that it will be written to. */
  bytesPerSample: number
  /** Bytes of all of them. */
  bytes: number
  /** Free bytes where the project lies or will lie, null where the system does not tell. */
  bytesFree: number | null
  /** False when the disk would be full before the end, with a margin for journals. */
  fits: boolean
  /** Null while the rate is not known: ask with `measure`. */
  imagesPerSecond: number | null
  seconds: number | null
  /** Where the rate comes from, for display: "24 images computed now on cpu". */
  rateSource: string | null
}

/** Where a dataset of the open project should be. */
export interface DatasetPlace {
  id: number
  root: string
  /** False when nothing lies there now. */
  present: boolean
  /** Its probable place: the same path relative to the project, from before the project was moved. */
  suggestion: string | null
  /** Samples that the project knows of it. */
  samples: number
  /** Names of its runs. */
  runs: string[]
}

/** Where a model of the open project should be. */
export interface ModelPlace {
  path: string
  hash: string
  present: boolean
  runs: string[]
}

export interface ProjectPlaces {
  datasets: DatasetPlace[]
  models: ModelPlace[]
}

/** A number of samples and the first few of them. */
export interface SampleGroup {
  count: number
  /** Paths relative to the dataset; of a renamed file `old → new`. */
  examples: string[]
}

/** How the samples that a project knows are found in a dataset. The groups share no sample. */
export interface DatasetMatch {
  datasetId: number
  /** Where it was looked at. */
  root: string
  /** What kind of dataset is there: "Image folder". */
  kind: string
  /** Samples that the project knows. */
  samples: number
  /** At their path; with the size that they had, where that is known. */
  byPath: SampleGroup
  /** At another path, with the same content. */
  renamed: SampleGroup
  /** At their path, with other content. */
  different: SampleGroup
  missing: SampleGroup
  /** Files of the dataset that the project does not know. */
  extra: number
  /** Samples whose content was read and compared. The others were compared by size. */
  hashed: number
}

export interface RelinkPreview {
  /** Applies exactly this with `project.relink`, for as long as the project stays open. */
  plan: number
  from: string
  match: DatasetMatch
  /** Where masks will be looked for, null where no run has any; `found` of them are there. */
  masks: { path: string; found: number; total: number } | null
}

export interface FileCheck {
  /** Name in the project's folder. */
  file: string
  bytes: number
  /** What is wrong with it, null for nothing. */
  problem: string | null
}

export interface DatasetCheck {
  root: string
  /** Null where nothing lies at the root, or it cannot be read: `problem` says why. */
  match: DatasetMatch | null
  problem: string | null
}

export interface ModelCheck {
  path: string
  runs: string[]
  /** Null when the file is there and its content is that of the runs. */
  problem: string | null
}

/** What `check` found. */
export interface ProjectCheck {
  /** No problem anywhere. */
  ok: boolean
  /** Every problem as a sentence. */
  problems: string[]
  /** Samples that were looked at. */
  checked: number
  /** Whether every file was read and compared with the content it was computed from. */
  deep: boolean
  files: FileCheck[]
  datasets: DatasetCheck[]
  models: ModelCheck[]
}

/** How far a long task is. */
export interface TaskProgress {
  /** `begin`: what has to be done before a run can compute; `phase` is one of BEGIN_STEPS. */
  task: 'check' | 'relink' | 'list' | 'begin'
  /** What is done now: "Listing the dataset". */
  phase: string
  done: number
  /** 0 while it is not known. */
  total: number
}

/** Before a run computes, in this order. */
export const BEGIN_STEPS = [
  'Reading the model',
  'Checking its gradients against finite differences',
  'Listing the dataset',
] as const
export type BeginStep = (typeof BEGIN_STEPS)[number]

/** One file of a bug report. */
export interface ReportFile {
  name: string
  /** What is inside, in a sentence. */
  about: string
  text: string
}

/** A bug report: everything that is in it, and the same as a zip archive. */
export interface BugReport {
  fileName: string
  files: ReportFile[]
  zip: Uint8Array
}
