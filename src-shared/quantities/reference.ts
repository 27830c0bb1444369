/** Which number of a sample is meant: a name, and a head or a map. */
import { QUANTITIES, quantityNamed } from './registry'

export type QuantityReference =
  | { quantity: string; layer: number; head: number }
  /** A method, a control, or a control of a method: `gmar_l1`, `random`, `gmar_l1:next`. */
  | { quantity: string; map: string }

export const HEAD_OF = /^\s*(\d{1,6})\s*,\s*(\d{1,6})\s*$/
export const MAP_OF = /^\s*([a-z][a-z0-9_]{0,63}(?::[a-z]{1,16})?)\s*$/

/** What stands in the brackets behind a quantity's name; null where it is not of its kind. */
export function quantityOf(name: string, inside: string): QuantityReference | null {
  const info = quantityNamed(name)
  const found = info && (info.of === 'head' ? HEAD_OF : MAP_OF).exec(inside)
  if (!info || !found) return null
  if (info.of === 'map') return { quantity: name, map: found[1]! }
  return { quantity: name, layer: Number(found[1]), head: Number(found[2]) }
}

/** Reads `taylor(7,2)` or `iou(gmar_l1)`; null for any other text. */
export function readQuantity(text: string): QuantityReference | null {
  const found = /^([a-z_]+)\(([^()]*)\)$/.exec(text)
  return found && quantityOf(found[1]!, found[2]!)
}

/** The inverse of `readQuantity`. */
export function writeQuantity(reference: QuantityReference): string {
  const inside = 'map' in reference ? reference.map : `${reference.layer},${reference.head}`
  return `${reference.quantity}(${inside})`
}

/** One of a kind, for messages: `taylor(layer,head)`, `iou(method)`. */
export function quantityForm(name: string): string {
  return `${name}(${quantityNamed(name)?.of === 'head' ? 'layer,head' : 'method'})`
}

export const QUANTITY_NAMES: readonly string[] = QUANTITIES.map(({ name }) => name)
