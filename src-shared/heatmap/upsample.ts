/** Which two source cells a target pixel lies between along one axis, and how far towards the second. */
interface AxisWeights {
  low: Uint32Array
  high: Uint32Array
  /** Share of `high`, 0 to 1. */
  fraction: Float32Array
}

/**
 * Bilinear upsampling of a map with half-pixel centres, edges repeated: what torch's
 * interpolate(mode='bilinear', align_corners=False) gives.
 * @param values `[rows * columns]`, row-major
 * @returns `[height * width]`, row-major
 */
export function upsampleBilinear(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  height: number,
  width: number,
): Float32Array {
  const vertical = axisWeights(rows, height)
  const horizontal = axisWeights(columns, width)
  const result = new Float32Array(height * width)
  const line = new Float64Array(columns)
  for (let y = 0; y < height; y++) {
    const top = vertical.low[y]! * columns
    const bottom = vertical.high[y]! * columns
    const down = vertical.fraction[y]!
    for (let column = 0; column < columns; column++) {
      line[column] = values[top + column]! * (1 - down) + values[bottom + column]! * down
    }
    for (let x = 0; x < width; x++) {
      const right = horizontal.fraction[x]!
      result[y * width + x] = line[horizontal.low[x]!]! * (1 - right) + line[horizontal.high[x]!]! * right
    }
  }
  return result
}

function axisWeights(cells: number, pixels: number): AxisWeights {
  const low = new Uint32Array(pixels)
  const high = new Uint32Array(pixels)
  const fraction = new Float32Array(pixels)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const position = Math.max(0, ((pixel + 0.5) * cells) / pixels - 0.5)
    low[pixel] = Math.min(Math.floor(position), cells - 1)
    high[pixel] = Math.min(low[pixel]! + 1, cells - 1)
    fraction[pixel] = position - low[pixel]!
  }
  return { low, high, fraction }
}
