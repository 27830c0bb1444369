/** A text as far as it fits a width (CSS pixels) in the font of a canvas. */
export function shortenedText(context: CanvasRenderingContext2D, text: string, width: number): string {
  const fits = (shown: string) => context.measureText(shown).width <= width
  if (fits(text)) return text
  // Measuring is slow, and a longer beginning is never narrower: halved until the longest that fits is found.
  let [fitting, tooLong] = [1, text.length]
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1
    if (fits(`${text.slice(0, middle)}…`)) fitting = middle
    else tooLong = middle
  }
  return `${text.slice(0, fitting)}…`
}
