const SLASH = 47

/**
 * Compares paths in natural order: runs of digits as numbers, folder by folder. A total order: of names that differ
 * only in leading zeros the shorter comes first, so the order never depends on the file system.
 */
export function naturalOrder(a: string, b: string): number {
  let i = 0
  let j = 0
  let zeros = 0
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(j)
    if (isDigit(x) && isDigit(y)) {
      const endA = digitsEnd(a, i)
      const endB = digitsEnd(b, j)
      const order = compareDigits(a, i, endA, b, j, endB)
      if (order !== 0) return order
      zeros ||= endA - i - (endB - j)
      i = endA
      j = endB
    } else {
      if (x !== y) return rank(x) - rank(y)
      // A folder ends: its samples stay together, apart from those of a folder with other zeros.
      if (x === SLASH && zeros !== 0) return zeros
      i++
      j++
    }
  }
  return a.length - i - (b.length - j) || zeros
}

/** A folder's end sorts before every other character, so that `a/1` precedes `a b/1`. */
function rank(code: number): number {
  return code === SLASH ? -1 : code
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function digitsEnd(text: string, start: number): number {
  let end = start
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return end
}

function compareDigits(a: string, i: number, endA: number, b: string, j: number, endB: number): number {
  while (i < endA - 1 && a.charCodeAt(i) === 48) i++
  while (j < endB - 1 && b.charCodeAt(j) === 48) j++
  if (endA - i !== endB - j) return endA - i - (endB - j)
  for (; i < endA; i++, j++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(j)
    if (difference !== 0) return difference
  }
  return 0
}
