/** floor(x + 0.5): Math.round, written as the definitions have it. */
export const roundHalfUp = (value: number): number => Math.floor(value + 0.5)
