/** G against central finite differences that are taken by perturbing the attention in the model's own graph. */
import type { HeadCheck } from './report'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { reason } from '../onnx/trace'
import type { ModelAnatomy } from './anatomy'
import { findAxisOrigins } from './axis-origins'
import { checkLayer } from './check-layer'
import { checkTogether } from './check-together'
import { headsOfLayer } from './explained-heads'
import type { Explained } from './scalar'
import { norm } from './weighed-heads'

/** What is checked, and how its progress is told. */
export interface CertifyOptions {
  /** Ends the check with an AbortError. */
  signal?: AbortSignal
  /** Checks d(logit[first] - logit[second]) instead of the predicted class's logit; classes or marks as in `ClassInputs`. */
  contrast?: [number, number]
  /** Looks at each head by itself, which takes many times as long and says no more of a model that passes. */
  perHead?: boolean
  /** Called after each layer with the number of layers checked and of all layers. */
  onProgress?: (done: number, total: number) => void
}

export interface GradientChecks {
  heads: HeadCheck[]
  /** Layers whose attention does not change what the next layer's attention reads. */
  unlinked: number[]
  /** Whether every G is 0. */
  flat: boolean
  precision: 'float64' | 'float32'
  precisionReason?: string
}

/**
 * All heads of all layers along directions that they share; where that is not far below the limit, or asked for, each head along one of
 * its own. In float64 from the attention map onward where ONNX Runtime has the kernels, else head by head in float32.
 */
export async function checkGradients(
  anatomy: ModelAnatomy,
  image: Tensor,
  explained: Explained,
  load: LoadGraph,
  { signal, onProgress, perHead = false }: CertifyOptions,
): Promise<GradientChecks> {
  const { layers } = anatomy.attentions
  const checks: HeadCheck[] = []
  const unlinked: number[] = []
  let double = true
  let precisionReason: string | undefined
  const norms = layers.flatMap((_, layer) =>
    headsOfLayer(anatomy, layer, explained).map(({ gradient }) => norm(gradient)),
  )
  const strongest = Math.max(...norms)
  const origins = anatomy.attentions.tokens === 0 ? findAxisOrigins(anatomy.graph, anatomy.facts) : null
  const picture = { anatomy, image, explained, load, strongest }
  const one = async (layer: number) => {
    const check = () => checkLayer({ ...picture, layer, double, origins })
    return check().catch((error: unknown) => {
      // No double kernel for some operator: all layers are checked in single precision.
      if (!double || layer > 0 || signal?.aborted) throw error
      double = false
      precisionReason = reason(error)
      return check()
    })
  }
  const together = perHead ? null : await checkTogether({ ...picture, signal })
  for (let layer = 0; layer < layers.length; layer++) {
    signal?.throwIfAborted()
    const { heads, linked } = (await together?.(layer)) ?? (await one(layer))
    checks.push(...heads)
    if (!linked) unlinked.push(layer)
    onProgress?.(layer + 1, layers.length)
  }
  return { heads: checks, unlinked, flat: strongest === 0, precision: double ? 'float64' : 'float32', precisionReason }
}
