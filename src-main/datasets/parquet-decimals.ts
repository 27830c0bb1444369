/** Decimals of Parquet, such as identifiers that a database wrote as DECIMAL(38, 0), with all of their digits. */
import type { FileMetaData } from 'hyparquet'
import { exactInteger } from './exact-json'

/** Digits that a double holds whatever they are. */
const EXACT_DIGITS = 15

/** Scale of each top-level column of decimals. */
export function decimalsOf({ schema }: FileMetaData): Map<string, number> {
  const found = new Map<string, number>()
  for (const at of topLevel(schema)) {
    const { name, num_children, converted_type, logical_type, scale } = schema[at]!
    if (num_children || (converted_type !== 'DECIMAL' && logical_type?.type !== 'DECIMAL')) continue
    found.set(name, scale ?? (logical_type?.type === 'DECIMAL' ? logical_type.scale : 0))
  }
  return found
}

/** The same file with decimals as the integers or bytes that they are stored as, which the reader would make doubles of. */
export function withoutDecimals(metadata: FileMetaData, decimals: ReadonlyMap<string, number>): FileMetaData {
  if (decimals.size === 0) return metadata
  const plain = topLevel(metadata.schema).filter((at) => decimals.has(metadata.schema[at]!.name))
  const schema = metadata.schema.map((element, at) =>
    plain.includes(at) ? { ...element, converted_type: undefined, logical_type: undefined } : element,
  )
  return { ...metadata, schema }
}

/** A stored decimal as a number where a double holds it, else as text. */
export function exactDecimal(stored: unknown, scale: number): unknown {
  const unscaled = integerOf(stored)
  if (unscaled === null) return stored
  if (scale <= 0) return exactInteger(unscaled * 10n ** BigInt(-scale))
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return digits.replace(/^0+/, '').length <= EXACT_DIGITS ? Number(text) : text
}

/** Of an integer, or of its bytes in two's complement, the most significant first. */
function integerOf(stored: unknown): bigint | null {
  if (typeof stored === 'bigint') return stored
  if (typeof stored === 'number') return BigInt(stored)
  if (!(stored instanceof Uint8Array) || stored.length === 0) return null
  const value = BigInt(`0x${Buffer.from(stored).toString('hex')}`)
  return BigInt.asIntN(stored.length * 8, value)
}

/** Places of the columns in the list of all elements. */
function topLevel(schema: FileMetaData['schema']): number[] {
  const places: number[] = []
  for (let at = 1; at < schema.length; at = afterElement(schema, at)) places.push(at)
  return places
}

function afterElement(schema: FileMetaData['schema'], at: number): number {
  let next = at + 1
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = afterElement(schema, next)
  return next
}
