/** Changing fields of a protobuf message. */
import type { Message } from '@bufbuild/protobuf'

/**
 * A message with some fields replaced; bytes and lists are shared. A spread would not do: fields that a file does not
 * set are found on the prototype, and a spread leaves that behind, so that they read as undefined.
 */
export function edited<M extends Message>(message: M, fields: Partial<Omit<M, keyof Message>>): M {
  const copy = Object.create(Object.getPrototypeOf(message) as object) as M
  return Object.assign(copy, message, fields)
}
