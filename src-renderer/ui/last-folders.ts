/** The folder that a file picker was in last, for each kind of thing it chooses; kept by the browser. */
const KEY = 'headlight-folders'

export function lastFolder(wanted: string): string | null {
  return read()[wanted] ?? null
}

export function keepLastFolder(wanted: string, folder: string): void {
  localStorage.setItem(KEY, JSON.stringify({ ...read(), [wanted]: folder }))
}

function read(): Record<string, string | undefined> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, string>) : {}
  } catch {
    // Something else wrote it: the list starts empty.
    return {}
  }
}
