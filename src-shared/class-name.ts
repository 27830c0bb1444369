/**
 * The name of a class, or its number where the model has no name for it; null for none. Columns of a run hold -1 for a
 * class that is not there: negative numbers are none.
 */
export function className(labels: readonly string[], classIndex: number | null): string | null {
  return classIndex === null || classIndex < 0 ? null : (labels[classIndex] ?? String(classIndex))
}

/** The same in a sentence or beside other words: "Shirt", "class 7", "no class". */
export function classWords(labels: readonly string[], classIndex: number | null): string {
  return classIndex === null || classIndex < 0 ? 'no class' : (labels[classIndex] ?? `class ${classIndex}`)
}
