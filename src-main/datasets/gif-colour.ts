/** The colour of transparent pixels in a GIF's first frame, which decoders to RGBA lose. */

/** Red, green and blue of the first frame's transparent index, null where it has none. Never throws. */
export function transparentColour(content: Uint8Array): [number, number, number] | null {
  if (content.length < 13 || content[0] !== 0x47 || content[1] !== 0x49 || content[2] !== 0x46) return null
  const globalSize = paletteSize(content[10]!)
  let palette = content.subarray(13, 13 + globalSize)
  let at = 13 + globalSize
  let transparent: number | null = null
  while (at + 10 <= content.length) {
    if (content[at] === EXTENSION) {
      if (content[at + 1] === GRAPHIC_CONTROL) transparent = (content[at + 3]! & 1) === 1 ? content[at + 6]! : null
      at = afterBlocks(content, at + 2)
    } else if (content[at] === IMAGE) {
      const localSize = paletteSize(content[at + 9]!)
      if (localSize > 0) palette = content.subarray(at + 10, at + 10 + localSize)
      break
    } else return null
  }
  if (transparent === null) return null
  const [red = 0, green = 0, blue = 0] = palette.subarray(transparent * 3, transparent * 3 + 3)
  return [red, green, blue]
}

const EXTENSION = 0x21
const GRAPHIC_CONTROL = 0xf9
const IMAGE = 0x2c

/** Bytes of the palette that follows, by the flags before it. */
function paletteSize(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** The position behind a chain of blocks. Each begins with its length; an empty one ends the chain. */
function afterBlocks(content: Uint8Array, from: number): number {
  let at = from
  while (at < content.length && content[at] !== 0) at += content[at]! + 1
  return at + 1
}
