import type { RunInfo } from '@shared/api'
import { classWords } from '@shared/class-name'

/** The name of a class as the model's labels have it, its number where they have none; negative numbers stand for none. */
export function className(run: RunInfo, classIndex: number): string {
  return classWords(run.definition.labels, classIndex)
}
