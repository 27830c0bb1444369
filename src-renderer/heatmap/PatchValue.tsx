import classes from './PatchMarker.module.css'
import type { Patch } from './patches'

/** Row, column (from 0) and raw value of the patch under the pointer. */
export function PatchValue({ patch, values }: { patch: Patch | null; values: Float32Array | undefined }) {
  if (!patch || !values) return null
  return (
    <output className={classes.value} aria-label="Value under the pointer">
      row {patch.row}, column {patch.column}: <strong>{precise(values[patch.index]!)}</strong>
    </output>
  )
}

/** Four significant digits: one value that is looked at, not one of many. */
const precise = (value: number) => String(Number(value.toPrecision(4)))
