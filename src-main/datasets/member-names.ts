/** Names of an archive's members, as bytes, before anything is done with them. */

export type MemberName = { name: string } | { refused: 'not-utf8' | 'leaves' } | { hidden: true }

/** A member's name as text with '/'; refused where it is not UTF-8 or would lead out of the archive when unpacked. */
export function memberName(bytes: Uint8Array): MemberName {
  const text = decodeUtf8(bytes)
  if (text === null) return { refused: 'not-utf8' }
  const name = text.replace(/^(\.\/)+/, '')
  const parts = name.split('/')
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name) || parts.includes('..') || name.includes('\0')) {
    return { refused: 'leaves' }
  }
  if (parts.some((part) => part.startsWith('.') || part === '__MACOSX')) return { hidden: true }
  return { name }
}

/** Null for bytes that are not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
