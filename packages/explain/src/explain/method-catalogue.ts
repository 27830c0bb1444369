/** The catalogue of relevance methods: what each is called, what it computes and where it comes from. */

/** Every method, in the order in which they are shown. */
export const METHOD_IDS = [
  'gmar_l1',
  'gmar_l2',
  'rollout',
  'grad_rollout',
  'chefer',
  'raw',
  'attn_grad',
  'attn_gradcam',
  'gmar_taylor',
] as const

/** One of `METHOD_IDS`. */
export type MethodId = (typeof METHOD_IDS)[number]

/** How a method is named, written and cited. */
export interface MethodInfo {
  /** The key in `METHODS`, in files and on the command line. */
  id: MethodId
  /** The name that people read. */
  name: string
  /** Plain-text formula, as it is shown beside a map and in exports. */
  formula: string
  /** Paper or program that defines the method. */
  citation: string
  /** True where the method reads G, so that a selection without it runs no backward pass. */
  needsGradient: boolean
}

const GMAR = 'Jo, Jang, Park: GMAR, arXiv 2504.19414, ICIP 2025'
const CHEFER_BASELINE = 'Chefer, Gur, Wolf 2021, arXiv 2012.09838 (baseline)'

/** Name, formula and source of every method; METHODS.md defines them in full. */
export const METHODS: Record<MethodId, MethodInfo> = {
  gmar_l1: {
    id: 'gmar_l1',
    name: 'GMAR (L1)',
    formula: 's_h = sum |G_h|; w = s / sum_h s; R = prod_l rown(sum_h w_h A_h + alpha I)',
    citation: GMAR,
    needsGradient: true,
  },
  gmar_l2: {
    id: 'gmar_l2',
    name: 'GMAR (L2)',
    formula: 's_h = sqrt(sum G_h^2); w = s / sum_h s; R = prod_l rown(sum_h w_h A_h + alpha I)',
    citation: GMAR,
    needsGradient: true,
  },
  rollout: {
    id: 'rollout',
    name: 'Attention rollout',
    formula: 'R = prod_l rown(mean_h A_h + I)',
    citation: 'Abnar, Zuidema 2020, arXiv 2005.00928',
    needsGradient: false,
  },
  grad_rollout: {
    id: 'grad_rollout',
    name: 'Gradient rollout',
    formula: 'R = prod_l rown(relu(mean_h (A_h o G_h)) + I)',
    citation: 'vit-explain (Gildenblat 2020), layer pairing and scaling corrected',
    needsGradient: true,
  },
  chefer: {
    id: 'chefer',
    name: 'Chefer et al.',
    formula: 'R <- R + mean_h relu(G_h o A_h) R, layers forward',
    citation: 'Chefer, Gur, Wolf 2021, arXiv 2103.15679',
    needsGradient: true,
  },
  raw: {
    id: 'raw',
    name: 'Last-layer attention',
    formula: 'mean_h A_L',
    citation: 'attention of the last layer, read out',
    needsGradient: false,
  },
  attn_grad: {
    id: 'attn_grad',
    name: 'Attention x gradient',
    formula: 'mean_h relu(G_L o A_L)',
    citation: 'last layer, read out',
    needsGradient: true,
  },
  attn_gradcam: {
    id: 'attn_gradcam',
    name: 'Attention Grad-CAM',
    formula: 'w_h = mean G_L,h[rows, P]; relu(mean_h w_h A_L,h[rows, P])',
    citation: CHEFER_BASELINE,
    needsGradient: true,
  },
  gmar_taylor: {
    id: 'gmar_taylor',
    name: 'GMAR (Taylor)',
    formula: 's_h = |sum A_h o G_h|; w = s / sum_h s; R = prod_l rown(sum_h w_h A_h + alpha I)',
    citation: "GMAR's frame with the head importance of Michel, Levy, Neubig 2019, arXiv 1905.10650",
    needsGradient: true,
  },
}

/** The methods a run computes unless told otherwise. */
export const DEFAULT_METHODS: readonly MethodId[] = ['gmar_l1', 'gmar_l2', 'rollout', 'chefer', 'raw']
