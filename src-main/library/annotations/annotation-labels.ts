/** What annotated samples are labelled as, for files of annotations: labels and splits are a run's, not a sample's. */
import type { SampleRow } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'
import { readRows } from '../samples/sample-rows'

/** A run whose labels may be written, with the names of its classes. */
export interface LabelledRun {
  id: number
  name: string
  labels: readonly string[]
}

export interface AnnotatedLabels {
  dataset_label: string | null
  /** Name of the class that the label is matched with; the dataset's own where the model has no such class. */
  label: string | null
  split: string | null
}

interface Annotated {
  sample_id: number
  /** Name of the run that was in view. */
  run: string | null
}

const NONE: AnnotatedLabels = { dataset_label: null, label: null, split: null }

/**
 * Labels of each annotated sample: in the run `of`, otherwise in the run that was in view. None where no run, or more
 * than one, has that name.
 */
export function annotatedLabels(
  project: ProjectFiles,
  annotated: readonly Annotated[],
  runs: readonly LabelledRun[],
  of: number | null,
): (annotation: Annotated) => AnnotatedLabels {
  const runOf = ({ run }: Annotated) => {
    const fitting = runs.filter(({ id, name }) => (of === null ? name === run : id === of))
    return fitting.length === 1 ? fitting[0] : undefined
  }
  const rows = new Map<number, Map<number, SampleRow>>()
  for (const run of new Set(annotated.map(runOf))) {
    if (run === undefined) continue
    const ids = new Set(annotated.filter((each) => runOf(each) === run).map(({ sample_id }) => sample_id))
    const read = readRows(project, run.id, run.labels, Uint32Array.from(ids))
    rows.set(run.id, new Map(read.map((row) => [row.id, row])))
  }
  return (annotation) => {
    const row = rows.get(runOf(annotation)?.id ?? -1)?.get(annotation.sample_id)
    return row ? { dataset_label: row.datasetLabel, label: row.labelName, split: row.split } : NONE
  }
}
