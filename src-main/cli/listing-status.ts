import type { Output } from './output'

/** Images between two lines: a log would have one for each image of a large dataset. */
const STEP = 1000

/** Says how many images were found so far, as sources tell of them. */
export function listingStatus(output: Pick<Output, 'status'>): (found: number) => void {
  let told = -STEP
  return (found) => {
    if (found < told + STEP) return
    told = found
    output.status(`Listing images: ${found} found`)
  }
}
