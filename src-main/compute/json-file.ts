import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import { refuseIrregular } from '@headlight/explain/files'

export type JsonObject = Record<string, unknown>

/** Text files of one question: each is read once, so that all that is said of it is about the same content. */
export class TextFiles {
  readonly #texts = new Map<string, Promise<string | null>>()

  /** The text of a file, null where there is none. Throws 'usage' where it cannot be read. */
  text(file: string): Promise<string | null> {
    const text = this.#texts.get(file) ?? readText(file)
    this.#texts.set(file, text)
    return text
  }

  /** What a JSON file holds. Gives null where there is none; throws 'usage' where it is not JSON. */
  async json(file: string): Promise<unknown> {
    return parseJson(await this.text(file), file)
  }
}

function parseJson(text: string | null, file: string): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new HeadlightError('usage', `${basename(file)} is not valid JSON; mend it or take it away.`, { cause })
  }
}

/** A value that was checked. Throws 'usage', naming the file and the key, where it is not what it should be. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new HeadlightError('usage', `${name} cannot be used: '${issue?.path.join('.')}' ${issue?.message}.`, {
    cause: result.error,
  })
}

/** Null means "not set" in the files of this field: keys with null are left out, in nested objects as well. */
export function withoutNulls(object: JsonObject): JsonObject {
  const set = Object.entries(object).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(set.map(([key, value]) => [key, isObject(value) ? withoutNulls(value) : value]))
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readText(file: string): Promise<string | null> {
  await refuseIrregular(file, 'usage')
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw new HeadlightError('usage', `${file} cannot be read (${cause.code}).`, { cause })
  })
}
