/**
 * Removed pixels as weighted means of their neighbours (Rong et al. 2022): a sparse symmetric system, one for all channels,
 * solved by conjugate gradients behind a modified incomplete Cholesky factor without fill-in. No kept library of npm solves
 * sparse systems.
 */

/** Directions in raster order; the first four lie before a pixel. Weights 1/6 and 1/12, times 12. */
const STEPS: readonly (readonly [dy: number, dx: number, weight: number])[] = [
  [-1, -1, 1],
  [-1, 0, 2],
  [-1, 1, 1],
  [0, -1, 2],
  [0, 1, 2],
  [1, -1, 1],
  [1, 0, 2],
  [1, 1, 1],
]
const WEIGHTS = STEPS.map(([, , weight]) => weight)
const BEFORE = 4
const ALL = STEPS.length
/** Of the residual's length to that of the right side. */
const PRECISION = 1e-5
/** How much of what the factor leaves out goes to its diagonal. */
const MODIFIED = 0.97

interface System {
  /** Pixel of each unknown, in raster order. */
  pixels: Uint32Array
  /** `[unknowns, 8]`: the unknown in each direction, -1 for a known pixel or none. */
  neighbours: Int32Array
  /** `[unknowns, 8]`: the known pixel in each direction, -1 for an unknown or none. */
  known: Int32Array
  /** Sum of the weights of the neighbours that are there. */
  diagonal: Float64Array
  /** Inverse of the factor's diagonal. */
  inverse: Float64Array
}

/**
 * Fills removed pixels in place: v_i = sum_j w_ij v_j / sum_j w_ij, w = 1/6 for direct and 1/12 for diagonal neighbours,
 * neighbours outside the picture left out, relative residual 1e-5. Where nothing is known, values stay as they are.
 * @param values `[C, H, W]`
 * @param isRemoved `[H * W]`
 */
export function fillFromNeighbours(values: Float32Array, isRemoved: Uint8Array, width: number): void {
  const system = systemOf(isRemoved, width)
  const area = isRemoved.length
  if (system.pixels.length === 0 || system.pixels.length === area) return
  for (let start = 0; start < values.length; start += area) {
    const plane = values.subarray(start, start + area)
    const solution = solve(system, plane)
    system.pixels.forEach((pixel, at) => (plane[pixel] = solution[at]!))
  }
}

function systemOf(isRemoved: Uint8Array, width: number): System {
  const height = isRemoved.length / width
  const indexOf = new Int32Array(isRemoved.length).fill(-1)
  let count = 0
  for (let pixel = 0; pixel < isRemoved.length; pixel++) if (isRemoved[pixel] === 1) indexOf[pixel] = count++
  const pixels = new Uint32Array(count)
  const neighbours = new Int32Array(count * ALL).fill(-1)
  const known = new Int32Array(count * ALL).fill(-1)
  const diagonal = new Float64Array(count)
  for (let pixel = 0; pixel < isRemoved.length; pixel++) {
    const at = indexOf[pixel]!
    if (at < 0) continue
    pixels[at] = pixel
    const [y, x] = [Math.floor(pixel / width), pixel % width]
    for (let step = 0; step < ALL; step++) {
      const [dy, dx, weight] = STEPS[step]!
      if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue
      const other = pixel + dy * width + dx
      diagonal[at]! += weight
      if (indexOf[other]! >= 0) neighbours[at * ALL + step] = indexOf[other]!
      else known[at * ALL + step] = other
    }
  }
  return { pixels, neighbours, known, diagonal, inverse: factor(neighbours, diagonal) }
}

/** e_i = a_ii - sum over earlier neighbours j of w_ij (w_ij + the share of what row j has behind it that the factor drops) / e_j. */
function factor(neighbours: Int32Array, diagonal: Float64Array): Float64Array {
  const inverse = new Float64Array(diagonal.length)
  const behind = new Float64Array(diagonal.length)
  for (let i = 0; i < diagonal.length; i++) {
    let value = diagonal[i]!
    for (let step = 0; step < ALL; step++) {
      const j = neighbours[i * ALL + step]!
      if (j < 0) continue
      const weight = WEIGHTS[step]!
      if (step >= BEFORE) behind[i]! += weight
      else value -= weight * (weight + MODIFIED * (behind[j]! - weight)) * inverse[j]!
    }
    inverse[i] = 1 / value
  }
  return inverse
}

/** From the values that stand there. */
function solve(system: System, plane: Float32Array): Float64Array {
  const { pixels, known } = system
  const n = pixels.length
  const x = Float64Array.from(pixels, (pixel) => plane[pixel]!)
  const residual = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let step = 0; step < ALL; step++) {
      const pixel = known[i * ALL + step]!
      if (pixel >= 0) residual[i]! += WEIGHTS[step]! * plane[pixel]!
    }
  }
  const limit = PRECISION ** 2 * dot(residual, residual)
  const product = new Float64Array(n)
  const preconditioned = new Float64Array(n)
  multiply(system, x, product)
  for (let i = 0; i < n; i++) residual[i]! -= product[i]!
  precondition(system, residual, preconditioned)
  const direction = preconditioned.slice()
  let rho = dot(residual, preconditioned)
  for (let turn = 0; turn < n && dot(residual, residual) > limit; turn++) {
    multiply(system, direction, product)
    const alpha = rho / dot(direction, product)
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * direction[i]!
      residual[i]! -= alpha * product[i]!
    }
    precondition(system, residual, preconditioned)
    const next = dot(residual, preconditioned)
    for (let i = 0; i < n; i++) direction[i] = preconditioned[i]! + (next / rho) * direction[i]!
    rho = next
  }
  return x
}

function multiply({ neighbours, diagonal }: System, x: Float64Array, into: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    let sum = diagonal[i]! * x[i]!
    for (let step = 0, at = i * ALL; step < ALL; step++, at++) {
      const j = neighbours[at]!
      if (j >= 0) sum -= WEIGHTS[step]! * x[j]!
    }
    into[i] = sum
  }
}

/** Forward and back through the factor. */
function precondition({ neighbours, inverse }: System, r: Float64Array, into: Float64Array): void {
  for (let i = 0; i < r.length; i++) {
    let sum = r[i]!
    for (let step = 0, at = i * ALL; step < BEFORE; step++, at++) {
      const j = neighbours[at]!
      if (j >= 0) sum += WEIGHTS[step]! * into[j]!
    }
    into[i] = sum * inverse[i]!
  }
  for (let i = r.length - 1; i >= 0; i--) {
    let sum = 0
    for (let step = BEFORE, at = i * ALL + BEFORE; step < ALL; step++, at++) {
      const j = neighbours[at]!
      if (j >= 0) sum += WEIGHTS[step]! * into[j]!
    }
    into[i]! += sum * inverse[i]!
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
