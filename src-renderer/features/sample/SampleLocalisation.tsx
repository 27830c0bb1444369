import type { SampleDetail } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'

/** How well the map of a method agrees with the sample's mask, and how the mask was read, or why it was not measured. */
export function sampleLocalisation({ localisation, unmeasured }: SampleDetail, method: MethodId | null) {
  if (unmeasured) return `not measured: ${unmeasured.message}`
  const measured = localisation?.find((each) => each.method === method)
  return measured ? <SampleLocalisation {...measured} /> : null
}

function SampleLocalisation({ pointing, energy, iou, rule }: NonNullable<SampleDetail['localisation']>[number]) {
  return (
    <>
      pointing {pointing.toFixed(0)}, energy {energy.toFixed(3)}, IoU {iou.toFixed(3)} ({rule})
    </>
  )
}
