/** How masks are read: what is inside, what is outside, and what is ignored. */

export const MASK_KINDS = ['binary', 'indices', 'instances', 'trimap'] as const
export type MaskKind = (typeof MASK_KINDS)[number]

export const MASK_KIND_NAMES: Record<MaskKind, string> = {
  binary: 'binary mask',
  indices: 'index mask',
  instances: 'instance mask',
  trimap: 'trimap',
}

/** What of a mask is inside. */
export type Inside =
  /** Brighter than half of the mask's brightest pixel. */
  | { by: 'brightness' }
  /** One value. */
  | { by: 'value'; value: number }
  /** Every value but 0 and the void one; of coloured masks every colour but black. */
  | { by: 'marked' }
  /** The value of the sample's own class, by the dataset's label; a label that is not here has none. */
  | { by: 'class'; values: Record<string, number> }
  /** The one value that is neither 0 nor void; a mask with several has none. */
  | { by: 'only' }

/** How the masks of a dataset are read. It is found once, for a run when it begins, and kept with it. */
export interface MaskRule {
  /** Null where it could not be told: then no mask is read. */
  kind: MaskKind | null
  /** The value that is ignored: neither inside nor outside (void). */
  void: number | null
  inside: Inside
  /** Every value that a mask may have: one with another is not read. Null for any. */
  known: number[] | null
  /** The largest index that has a name, where classes go by a list of names: a mask with a larger one is not read. */
  most?: number
  /** Masks are coloured pictures whose colours stand for the indices of PASCAL VOC. */
  colours?: 'voc'
  /** What a user chose; masks are not checked against it. */
  asked?: { kind?: true; void?: true }
  /** What it was told from, in a few words. */
  why: string
}

/** How the mask of one sample is read. */
export interface MaskReading {
  inside: Exclude<Inside, { by: 'class' }>
  void: number | null
  known: number[] | null
  most?: number
  colours?: 'voc'
  asked?: MaskRule['asked']
}

/** Why a sample with a mask has no localisation. */
export const UNMEASURED = {
  unreadable: 'have a mask that cannot be read',
  'other-values': 'have a mask that contradicts how the masks are read',
  empty: 'have a mask with nothing inside',
  'out-of-sight': 'have a mask with nothing inside the part that the model sees',
} as const
export type UnmeasuredKind = keyof typeof UNMEASURED

export interface Unmeasured {
  kind: UnmeasuredKind
  /** A sentence. */
  message: string
}

/** Samples of a run that have a mask and no localisation, for one reason. */
export interface UnmeasuredGroup {
  kind: UnmeasuredKind
  count: number
  /** The first few, by path. */
  examples: { id: number; path: string; message: string }[]
}

/** "3 images have a mask that cannot be read" */
export function unmeasuredText({ kind, count }: Pick<UnmeasuredGroup, 'kind' | 'count'>): string {
  return count === 1 ? `1 image ${UNMEASURED[kind].replace('have', 'has')}` : `${count} images ${UNMEASURED[kind]}`
}

/** The rule of runs of former versions, which kept none. */
export const FORMER_RULE: MaskRule = {
  kind: 'binary',
  void: null,
  inside: { by: 'brightness' },
  known: null,
  asked: { kind: true, void: true },
  why: 'Former versions read every mask so.',
}

/** The rule where a dataset has boxes and no masks, in words. */
export const BOX_RULE_TEXT = "the dataset's boxes, their pixels inside"

/** How a sample with this label of the dataset is read; null where the rule gives it no mask. */
export function readingOf(rule: MaskRule, label: string | null): MaskReading | null {
  const { kind, inside, void: voidValue, known, most, colours, asked } = rule
  if (kind === null) return null
  const rest = {
    void: voidValue,
    known,
    ...(most !== undefined && { most }),
    ...(colours && { colours }),
    ...(asked && { asked }),
  }
  // One class a mask is the sample's own; a sample without a label has none.
  if (inside.by === 'only') return label === null ? null : { inside, ...rest }
  if (inside.by !== 'class') return { inside, ...rest }
  const value = label === null || !Object.hasOwn(inside.values, label) ? undefined : inside.values[label]
  return value === undefined ? null : { inside: { by: 'value', value }, ...rest }
}

/** The rule in short: "index mask, the sample's own class, 255 void". */
export function ruleText(rule: MaskRule): string {
  if (rule.kind === null) return 'no mask is read'
  const border = rule.kind === 'trimap' && rule.void !== null ? `border (${rule.void}) void` : null
  const neither = border ?? (rule.void === null ? null : `${rule.void} void`)
  return [MASK_KIND_NAMES[rule.kind], insideText(rule), neither].filter((part) => part !== null).join(', ')
}

function insideText({ kind, inside }: MaskRule): string {
  switch (inside.by) {
    case 'brightness':
      return 'brighter than half of its brightest pixel inside'
    case 'value':
      return `${inside.value} inside`
    case 'marked':
      return kind === 'instances' ? 'any instance inside' : 'every value but 0 inside'
    case 'class':
      return "the sample's own class inside"
    case 'only':
      return 'the one class of each mask inside'
  }
}

/** The note below localisation scores: how masks were read, and how many samples with a mask have no value. */
export function localisationNote(scores: readonly { rule: string; without: MasksWithout }[]): string | null {
  const [first] = scores
  if (first === undefined) return null
  const { noLabel, notKept, ...kinds } = first.without
  const missing = [
    noLabel > 0 ? `${noLabel} without a label whose index is known` : null,
    ...(Object.keys(UNMEASURED) as UnmeasuredKind[]).map((kind) =>
      kinds[kind] > 0 ? shortOf(kind, kinds[kind]) : null,
    ),
    notKept > 0 ? `${notKept} with nothing inside or a map that is 0 everywhere` : null,
  ].filter((part) => part !== null)
  const samples = missing.length === 0 ? '' : ` Samples with a mask and no value: ${missing.join(', ')}.`
  return `Masks: ${first.rule}.${samples}`
}

/** "3 with a mask that cannot be read" */
function shortOf(kind: UnmeasuredKind, count: number): string {
  return `${count} ${UNMEASURED[kind].replace('have', 'with')}`
}

export interface MasksWithout extends Record<UnmeasuredKind, number> {
  /** An index mask, and no label of which the index is known. */
  noLabel: number
  /** A map that is 0 everywhere; and in runs of former versions, which kept no reasons, any reason but the label. */
  notKept: number
}

/** Why a run with masks has no localisation at all, null where its rule may give some. */
export function whyNoLocalisation(rule: MaskRule | undefined): string | null {
  if (rule?.kind === null) return `No mask is read. ${rule.why}.`
  if (rule?.inside.by === 'class' && Object.keys(rule.inside.values).length === 0) {
    return 'Masks hold class indices, and which index is which label could not be told.'
  }
  return null
}
