/** Maps that know nothing of the model: what a method has to beat, and what stands beside its map. */

/**
 * A Gaussian in the middle, `[P]`, its sigma a quarter of the grid's side. Single precision keeps patches as far from the middle
 * equal, which rounding in double precision tells apart (5, 5 and 7, 1 halves of a patch).
 */
export function centreMap([rows, columns]: readonly [number, number]): Float32Array {
  const along = (place: number, side: number) => ((place - (side - 1) / 2) / (side / 4)) ** 2
  return Float32Array.from({ length: rows * columns }, (_, patch) =>
    Math.exp(-(along(Math.floor(patch / columns), rows) + along(patch % columns, columns)) / 2),
  )
}

/** A random order, `[P]`. */
export function randomMap([rows, columns]: readonly [number, number], random: () => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, random)
}
