/** Methods that look at the last layer only. */
import { meanOfRows, patchColumns, readoutRow, readoutRowsOf, toMap, type Method, type MethodContext } from './context'

/** The mean over heads and read-out rows of `[B, H, rows, P]`. */
const meanMap = (context: MethodContext, value: string) => meanOfRows(context, value, [1, 2], false)

/** mean_h A_L, read out. */
export const raw: Method = (context) => {
  const { g, layers } = context
  return toMap(context, g.mean(g.matMul(readoutRow(context), context.attention(layers - 1)), [1], true))
}

/** mean_h relu(G_L o A_L), read out. */
export const attnGrad: Method = (context) => {
  const { g, layers } = context
  const rows = (value: string) => patchColumns(context, readoutRowsOf(context, value), 3)
  return meanMap(context, g.relu(g.mul(rows(context.gradient(layers - 1)), rows(context.attention(layers - 1)))))
}

/** w_h = mean G_L,h[rows, P]; relu(mean_h w_h A_L,h[rows, P]) (Chefer et al., arXiv 2012.09838, baseline). */
export const attnGradcam: Method = (context) => {
  const { g, layers } = context
  const rows = (value: string) => patchColumns(context, readoutRowsOf(context, value), 3)
  const weights = meanOfRows(context, rows(context.gradient(layers - 1)), [2, 3], true)
  const fused = g.relu(g.mean(g.mul(weights, rows(context.attention(layers - 1))), [1], true))
  return meanMap(context, fused)
}
