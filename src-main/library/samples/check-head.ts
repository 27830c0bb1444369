import type { RunInfo } from '@shared/api'
import { hasHead, headsInWords } from '@headlight/explain/report'
import { FilterError, type Span } from '@shared/filter'

/** Throws FilterError for a head that the model does not have. */
export function checkHead(run: RunInfo, term: { layer: number; head: number; span: Span }): void {
  const { model } = run
  if (hasHead(model, term.layer, term.head)) return
  const known = model.layerHeads
    ? `has ${headsInWords(model)}, counted from 0`
    : `has layers 0 to ${model.layers - 1} and heads 0 to ${model.heads - 1}`
  throw new FilterError(`the model ${known}, not head(${term.layer},${term.head}).`, term.span)
}
