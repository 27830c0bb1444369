/** The builder of each method of the catalogue. */
import type { MethodId } from '../method-catalogue'
import type { Method } from './context'
import { gmarL1, gmarL2, gmarTaylor } from './gmar'
import { chefer, gradRollout } from './gradient-rollout'
import { attnGrad, attnGradcam, raw } from './last-layer'
import { rollout } from './rollout'

export const methodBuilders: Record<MethodId, Method> = {
  gmar_l1: gmarL1,
  gmar_l2: gmarL2,
  rollout,
  grad_rollout: gradRollout,
  chefer,
  raw,
  attn_grad: attnGrad,
  attn_gradcam: attnGradcam,
  gmar_taylor: gmarTaylor,
}
