import type { AnnotationFilePart } from './annotation'

/** A file of annotations as its parts, each asked for with where the one before ended. */
export async function* annotationParts(
  ask: (after: string | null) => Promise<AnnotationFilePart>,
): AsyncGenerator<Uint8Array> {
  let after: string | null = null
  do {
    const { content, next }: AnnotationFilePart = await ask(after)
    yield content
    after = next
  } while (after !== null)
}

/** The whole file, as the list of its parts. */
export async function allAnnotationParts(
  ask: (after: string | null) => Promise<AnnotationFilePart>,
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  for await (const part of annotationParts(ask)) parts.push(part)
  return parts
}
