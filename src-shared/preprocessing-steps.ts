/** A preprocessing as a list of steps, in the order in which they are done, each with its values and where they come from. */
import type { FoundPreprocessing, Preprocessing, PreprocessingPart } from './api/model'

export interface PreprocessingStep {
  /** What is done: `decode`, `resize`, `center_crop`, `rescale`, `normalize`, `flip_channel_order`, `pad`. */
  do: string
  /** Its values, by the names that configurations have for them. */
  with: StepValues
  /** The file that they come from; else `default`, or `asked` where the user gave them. */
  from: string
  /** Those of its values that are defaults, where the step as a whole is not. */
  defaults?: string[]
  /** An assumption that changes pixels, and what else may be right. */
  assumed?: string
}

export type StepValues = Record<string, number | string | number[]>

/** Whose rules a configuration of transformers has that does not show whether Pillow or torchvision resizes. */
export const OVER_PILLOW = "transformers' processors over Pillow"
export const OVER_TORCHVISION = 'transformers 5 over torchvision'
const PILLOW_ASSUMED =
  'Pillow, since the configuration does not show its backend; torchvision, which transformers 5 takes where it is installed, gives other levels and can be chosen'

type Origins = FoundPreprocessing['origins']

/** Without origins, as runs keep none, everything comes from where the preprocessing was found. */
export function preprocessingSteps(preprocessing: Preprocessing, origins?: Origins): PreprocessingStep[] {
  const { rescale, offset, mean, std, channels, channelOrder, pad, rules, source } = preprocessing
  const from = (part: PreprocessingPart) => origin(origins?.[part] ?? source)
  const decoded = { upright: 'by EXIF', to: channels === 1 ? 'L' : 'RGB', as: "PIL's convert" }
  const steps: PreprocessingStep[] = [{ do: 'decode', with: decoded, from: 'default' }]
  if (rules?.cropFirst) {
    const { height, width } = rules.cropFirst
    steps.push({ do: 'center_crop', with: { height, width, unit: 'shorter edge' }, from: from('crop') })
  }
  const isFloat = rules?.resample === 'torch-float'
  const rescaled: PreprocessingStep = {
    do: 'rescale',
    with: { factor: rescale, ...(offset && { offset: -offset }) },
    from: from('rescale'),
  }
  if (isFloat) steps.push(rescaled)
  steps.push(...resizeSteps(preprocessing, from))
  steps.push(...cropSteps(preprocessing, from('crop')))
  if (!isFloat) steps.push(rescaled)
  const normalized: PreprocessingStep = { do: 'normalize', with: { mean, std }, from: from('mean') }
  const separate = from('mean') !== from('std')
  if (mean.some((value) => value !== 0) || std.some((value) => value !== 1)) {
    steps.push(
      separate
        ? partlyDefault(normalized, [
            ['mean', from('mean')],
            ['std', from('std')],
          ])
        : normalized,
    )
  }
  if (channelOrder) steps.push({ do: 'flip_channel_order', with: { to: 'BGR' }, from: from('resize') })
  if (pad) steps.push({ do: 'pad', with: { ...pad, value: 0, where: 'below and right' }, from: from('resize') })
  return steps
}

/** A step in a few words: `resize: shortest_edge 256, interpolation bicubic`. */
export function stepInWords({ do: name, with: values, assumed }: PreprocessingStep): string {
  const said = Object.entries(values).map(([key, value]) => `${key} ${inWords(value)}`)
  const words = `${name.replaceAll('_', ' ')}: ${said.join(', ').replaceAll('_', ' ')}`
  return assumed === undefined ? words : `${words} (assumed: ${assumed})`
}

function resizeSteps({ resize, rules }: Preprocessing, from: (part: PreprocessingPart) => string): PreprocessingStep[] {
  const { mode, height, width, interpolation, longest } = resize
  if (mode === 'none') return []
  const square = height === width || (mode === 'shortest' && !rules?.edge)
  const edge = Math.min(height, width)
  const size: StepValues =
    mode === 'exact'
      ? { height, width }
      : mode === 'shortest'
        ? square
          ? { shortest_edge: edge, ...(longest !== undefined && { longest_edge: longest }) }
          : { cover_height: height, cover_width: width }
        : square
          ? { longest_edge: edge }
          : { fit_height: height, fit_width: width }
  const arithmetic = { torch: 'torchvision, 8-bit', 'torch-float': 'torchvision, float32' }
  const as = rules?.resample ? arithmetic[rules.resample] : rules?.passes ? 'Pillow 13' : 'Pillow to 12'
  const other: StepValues = mode === 'exact' ? {} : { other_edge: ROUNDINGS[rules?.edge ?? 'down'] }
  const multiples: StepValues = rules?.sizes
    ? { multiple_of: rules.sizes.multiple, ...(rules.sizes.by === 'dpt' && { keep_aspect_ratio: 'yes' }) }
    : {}
  const step: PreprocessingStep = {
    do: 'resize',
    with: { ...size, ...other, ...multiples, interpolation, antialias: 'yes', as },
    from: from('resize'),
    ...(rules?.of === OVER_PILLOW && { assumed: PILLOW_ASSUMED }),
  }
  return [
    partlyDefault(step, [
      ['size', from('resize')],
      ['interpolation', from('interpolation')],
    ]),
  ]
}

const ROUNDINGS = { down: 'rounded down', 'half-even': 'rounded half to even', 'half-up': 'rounded half up' }

function cropSteps({ centerCrop, rules }: Preprocessing, from: string): PreprocessingStep[] {
  if (!centerCrop) return []
  const offset = ROUNDINGS[rules?.crop ?? 'down']
  const padding = `${rules?.fill ? 'filled' : 'black'}, the odd pixel ${rules?.pad === 'after' ? 'after' : 'before'} the picture`
  const as = rules?.of ?? OVER_PILLOW
  const fill: StepValues = rules?.fill ? { fill: rules.fill } : {}
  return [{ do: 'center_crop', with: { ...centerCrop, offset, padding, ...fill, as }, from }]
}

/** A step whose values come from several places is from the file, and names those that are defaults. */
function partlyDefault(step: PreprocessingStep, parts: [string, string][]): PreprocessingStep {
  const defaults = parts.filter(([, from]) => from === 'default').map(([name]) => name)
  const named = parts.map(([, from]) => from).find((from) => from !== 'default') ?? 'default'
  if (defaults.length === 0 || defaults.length === parts.length) return { ...step, from: named }
  return { ...step, from: named, defaults }
}

/** Origins are a file's name, a default with whose it is, or a word for what was changed by hand. */
function origin(words: string): string {
  if (words === 'changed here') return 'asked'
  return /^defaults?\b|\bdefault:/.test(words) ? 'default' : words
}

function inWords(value: number | string | number[]): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return value.map(inWords).join(' ')
  const divisor = 1 / value
  const isFraction = value > 0 && value < 1 && Math.abs(divisor - Math.round(divisor)) < 1e-6 && divisor > 100
  return isFraction ? `1/${Math.round(divisor)}` : String(Number(value.toPrecision(8)))
}
