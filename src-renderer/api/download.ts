/** Hands bytes, or a file's parts one after the other, to the browser as a file to keep. */
export function download(fileName: string, content: Uint8Array | Uint8Array[] | string, type: string): void {
  const parts = [content].flat().map((part) => (typeof part === 'string' ? part : new Uint8Array(part)))
  const url = URL.createObjectURL(new Blob(parts, { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
