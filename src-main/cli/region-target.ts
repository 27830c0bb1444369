import { TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import { usage } from './usage'

export interface RegionTarget {
  /** TARGET_PREDICTED for the class that is the highest at most places of the region. */
  target: number
  file: string
}

/** `region:FILE`, or with a class by number or name `region:17:FILE`; null for other targets. Throws 'usage'. */
export function regionOf(value: string | undefined, labels: readonly string[]): RegionTarget | null {
  const rest = /^\s*region:(.*)$/s.exec(value ?? '')?.[1]?.trim()
  if (rest === undefined) return null
  if (rest === '') throw usage('--target region: needs a mask picture, as region:mask.png or region:17:mask.png.')
  const colon = rest.indexOf(':')
  const name = rest.slice(0, Math.max(0, colon))
  const index = /^\d{1,9}$/.test(name) ? Number(name) : labels.indexOf(name)
  // A drive of Windows has a colon, too.
  if (colon < 0 || index < 0) return { target: TARGET_PREDICTED, file: rest }
  if (index >= labels.length) throw usage(`--target: the model has ${labels.length} classes, and no class ${index}.`)
  return { target: index, file: rest.slice(colon + 1).trim() }
}
