import type { RunInfo } from '@shared/api'

/** The name of a class as the model's labels have it, its number where they have none. */
export function className(run: RunInfo, classIndex: number): string {
  return run.definition.labels[classIndex] ?? `class ${classIndex}`
}
