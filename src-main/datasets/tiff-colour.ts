/** TIFF in YCbCr that is no JPEG inside: decoders give its luma and colour differences as if they were red, green and blue. */

const PHOTOMETRIC = 262
const COMPRESSION = 259
const YCBCR = 6
/** Of JPEG, old and new; its decoder converts the colours. */
const JPEG = [6, 7]

/** By the tags of the first picture; false for what is no TIFF or ends too early. Never throws. */
export function isPlainYcbcrTiff(content: Uint8Array): boolean {
  const order = String.fromCharCode(...content.subarray(0, 2))
  if (content.length < 16 || (order !== 'II' && order !== 'MM')) return false
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const little = order === 'II'
  const big = view.getUint16(2, little) === 43
  if (!big && view.getUint16(2, little) !== 42) return false
  const long = (at: number) => (big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little))
  const directory = long(big ? 8 : 4)
  if (directory + 8 > content.length) return false
  const [first, size] = big ? [directory + 8, 20] : [directory + 2, 12]
  const count = big ? long(directory) : view.getUint16(directory, little)
  const tags = new Map<number, number>()
  for (let entry = 0, at = first; entry < count && at + size <= content.length; entry++, at += size) {
    // Both tags are one short number, which stands in the entry itself.
    tags.set(view.getUint16(at, little), view.getUint16(at + size - (big ? 8 : 4), little))
  }
  return tags.get(PHOTOMETRIC) === YCBCR && !JPEG.includes(tags.get(COMPRESSION) ?? 1)
}
