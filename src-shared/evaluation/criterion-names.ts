import type { CriterionId } from './head-criteria'

/** As tables and sentences have them. */
export const CRITERION_NAMES: Record<CriterionId, string> = {
  gmar_weight_l1: 'GMAR’s weight (L1)',
  gmar_weight_l2: 'GMAR’s weight (L2)',
  l1: 'the raw score (L1)',
  l2: 'the raw score (L2)',
  taylor: 'sum A∘G',
  taylor_abs: '|sum A∘G| by image',
  ag_abs: 'sum |A∘G|',
  neg_entropy: 'low entropy of all rows',
  neg_entropy_readout: 'low entropy of the read-out row',
  output_norm: 'the norm of the head’s output',
}
