import type { z } from 'zod'
import { HeadlightError } from '@shared/errors'

/**
 * JSON that the project stored, as its schema has it. `where` says what it is: "the definition of run 3". Throws
 * 'project-damaged'.
 */
export function parseStored<Schema extends z.ZodType>(schema: Schema, text: string, where: string): z.output<Schema> {
  const fault = (cause: unknown) => new DamagedRow(`${where} cannot be read`, cause)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw fault(cause)
  }
  const result = schema.safeParse(value)
  if (!result.success) throw fault(result.error)
  return result.data
}

/** What a row says is damaged; `what` says which, and how. */
export class DamagedRow extends HeadlightError {
  constructor(
    readonly what: string,
    cause?: unknown,
  ) {
    const message = `A file of the project is damaged: ${what}. Close the project and open it again: it is then checked, and what is damaged set aside and replaced.`
    super('project-damaged', message, { cause })
  }
}
