/** Rollouts over maps that the gradient gates. */
import type { Method } from './context'
import { additiveRollout, fusedRollout } from './rollout-chain'

/** Gradient rollout: M = rown(relu(mean_h(A o G)) + I). After vit-explain, layers paired in forward order. */
export const gradRollout: Method = (context) => {
  const { g } = context
  return fusedRollout(context, (layer) =>
    g.relu(g.mean(g.mul(context.attention(layer), context.gradient(layer)), [1], true)),
  )
}

/** Generic attention explainability (Chefer et al., arXiv 2103.15679): R <- R + mean_h relu(G o A) R. */
export const chefer: Method = (context) => {
  const { g } = context
  return additiveRollout(context, (layer) =>
    g.mean(g.relu(g.mul(context.gradient(layer), context.attention(layer))), [1], true),
  )
}
