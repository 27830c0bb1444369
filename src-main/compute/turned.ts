import type { Mask } from './localisation'

/**
 * A mask that was drawn on a picture as its file stores it, turned upright by the picture's EXIF orientation (5 to 8, which
 * swap width and height; anything else changes nothing).
 */
export function turned(mask: Mask, orientation: number): Mask {
  if (orientation < 5 || orientation > 8) return mask
  const { width, height, regions } = mask
  const upright = new Uint8Array(regions.length)
  // Upright row r and column c are the stored column and row, from the end that the orientation says.
  const fromRight = orientation === 7 || orientation === 8
  const fromBottom = orientation === 6 || orientation === 7
  for (let row = 0; row < width; row++) {
    const x = fromRight ? width - 1 - row : row
    for (let column = 0; column < height; column++) {
      const y = fromBottom ? height - 1 - column : column
      upright[row * height + column] = regions[y * width + x]!
    }
  }
  return { width: height, height: width, regions: upright }
}
