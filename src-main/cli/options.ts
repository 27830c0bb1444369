/** Option values as the program wants them; what cannot be read throws 'usage' with the option's name. */
import { DEFAULT_METHOD_SETTINGS, type MethodSettings } from '@headlight/explain/report'
import { methodSettingsSchema } from '@shared/api'
import type { Precision, ProviderId, TargetPolicy } from '@shared/api'
import { DEFAULT_METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import type { ModelReport } from '@headlight/explain/report'
import { parseTarget } from '@shared/targets'
import type { OptionValues } from './command'
import { PRECISIONS, PROVIDERS } from './declarations/choices'
import { usage } from './usage'

export function text(options: OptionValues, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of an option that may be given several times. */
export function texts(options: OptionValues, name: string): string[] {
  return [options[name] ?? []].flat().filter((value) => typeof value === 'string')
}

export function flag(options: OptionValues, name: string): boolean {
  return options[name] === true
}

/** The value of an option that the command cannot do without. */
export function required(options: OptionValues, name: string): string {
  const value = text(options, name)
  if (value === undefined || value === '') throw usage(`--${name} is missing.`)
  return value
}

export function wholeNumber(options: OptionValues, name: string, min: number): number | undefined {
  const value = text(options, name)
  if (value === undefined) return undefined
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < min || !Number.isSafeInteger(number)) {
    throw usage(`--${name} takes a whole number from ${min}, not "${value}".`)
  }
  return number
}

/** One of a fixed set of words. */
export function oneOf<Choice extends string>(
  options: OptionValues,
  name: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const value = text(options, name)
  return value === undefined ? otherwise : choiceOf(name, value, choices)
}

/** Words of a fixed set, from an option that may be given several times. */
export function severalOf<Choice extends string>(
  options: OptionValues,
  name: string,
  choices: readonly Choice[],
  otherwise: readonly Choice[],
): readonly Choice[] {
  const values = texts(options, name)
  return values.length === 0 ? otherwise : values.map((value) => choiceOf(name, value, choices))
}

function choiceOf<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value)
  if (!found) throw usage(`--${name} takes ${choices.join(', ')}; not "${value}".`)
  return found
}

export const provider = (options: OptionValues): ProviderId | 'auto' => oneOf(options, 'provider', PROVIDERS, 'auto')
export const precision = (options: OptionValues): Precision => oneOf(options, 'precision', PRECISIONS, 'fp32')

export function methods(options: OptionValues): MethodId[] {
  const value = text(options, 'methods')
  if (value === undefined) return [...DEFAULT_METHODS]
  return value.split(',').map((word) => {
    const found = METHOD_IDS.find((id) => id === word.trim())
    if (!found) throw usage(`--methods knows ${METHOD_IDS.join(', ')}; not "${word.trim()}".`)
    return found
  })
}

/** The same of a model: none where it has no maps, unless some are named. */
export function methodsOf(options: OptionValues, { noMaps }: Pick<ModelReport, 'noMaps'>): MethodId[] {
  return noMaps !== undefined && text(options, 'methods') === undefined ? [] : methods(options)
}

/** `--set gmar.alpha=0.5,rollout.fusion=max`, also given several times; the rest as METHODS has it. */
export function methodSettings(options: OptionValues): MethodSettings {
  const given = [options.set ?? []].flat().flatMap((value) => String(value).split(','))
  const settings: Record<string, Record<string, unknown>> = structuredClone({ ...DEFAULT_METHOD_SETTINGS })
  for (const assignment of given) {
    const match = /^\s*(\w+)\.(\w+)\s*=\s*(\S+)\s*$/.exec(assignment)
    const [, area = '', key = '', value = ''] = match ?? []
    const former = settings[area]?.[key]
    if (!match || former === undefined) throw usage(`--set knows ${settingNames().join(', ')}; not "${assignment}".`)
    settings[area] = { ...settings[area], [key]: typeof former === 'number' ? Number(value) : value }
  }
  const checked = methodSettingsSchema.safeParse(settings)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw usage(`--set ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}.`)
}

/** What `parseTarget` reads; `both` is a run for the prediction and one for the label. */
export function targets(options: OptionValues, labels: readonly string[]): TargetPolicy[] {
  const value = text(options, 'target') ?? 'predicted'
  if (value === 'both') return [{ kind: 'predicted' }, { kind: 'label' }]
  const read = parseTarget(value, labels)
  if ('problem' in read) throw usage(`--target: ${read.problem}.`)
  return [read.target]
}

function settingNames(): string[] {
  return Object.entries(DEFAULT_METHOD_SETTINGS).flatMap(([area, settings]) =>
    Object.keys(settings as object).map((key) => `${area}.${key}`),
  )
}
