/** JSON whose integers keep all of their digits. */

/** More digits than a double can tell apart. */
const LONG = /\d{16}/

interface Source {
  source?: string
}

/** As JSON.parse, but integers that a double cannot hold come as their text: identifiers of 64 bits stay what they were. */
export function parseExactJson(text: string): unknown {
  if (!LONG.test(text)) return JSON.parse(text)
  const revive = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, source?: Source) => unknown,
  ) => unknown
  return revive(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
  })
}

/** A 64-bit integer as a number where that is exact, else as its text. */
export function exactInteger(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
