/** Labels that are class numbers, where the user gave the number of the first class. */
import type { LabelMapping } from '@shared/api'

/**
 * The class of every number, written as it is and with zeros in front up to the width of the largest. A number that the other
 * way of counting has and this one has not is not a class.
 */
export function numberMapping(first: 0 | 1, classes: number): LabelMapping {
  const width = String(classes).length
  return Array.from({ length: classes + 1 }, (_, number) => {
    const index = number - first
    const classIndex = index >= 0 && index < classes ? index : null
    const texts = new Set([String(number), String(number).padStart(width, '0')])
    return [...texts].map((text): [string, number | null] => [text, classIndex])
  }).flat()
}
