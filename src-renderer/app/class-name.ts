import type { RunInfo } from '@shared/api'

/** The name of a class as the model's labels have it, its number where they have none; negative numbers stand for none. */
export function className(run: RunInfo, classIndex: number): string {
  if (classIndex < 0) return 'no class'
  return run.definition.labels[classIndex] ?? `class ${classIndex}`
}
