import { resolve } from 'node:path'
import { CLASS_VECTOR_KINDS, FEATURE_READOUTS } from '@headlight/explain'
import type { ModelChoice } from '@shared/api'
import type { OptionValues } from './command'
import { oneOf, text } from './options'
import { resizeBackend } from './resize-backend-option'
import { usage } from './usage'

const choiceOf = <Choice extends string>(options: OptionValues, name: string, choices: readonly Choice[]) =>
  text(options, name) === undefined ? null : oneOf(options, name, choices, choices[0]!)

/** What of a model the command line asks for: output, tower, class vectors and how features are read. Throws 'usage'. */
export function modelChoiceOf(options: OptionValues): ModelChoice {
  const file = text(options, 'classes')
  const prompts = text(options, 'prompts')
  const kind = choiceOf(options, 'classes-kind', CLASS_VECTOR_KINDS)
  const features = choiceOf(options, 'features', FEATURE_READOUTS)
  if (file === undefined && kind) throw usage('--classes-kind is about class vectors; name their file with --classes.')
  if (file === undefined && features && likeOf(options) === null)
    throw usage('--features is about class vectors; name their file with --classes.')
  if (file !== undefined && prompts !== undefined)
    throw usage('--prompts and --classes both give the classes; name one of them.')
  const like = likeOf(options)
  const choice = { output: text(options, 'output'), tower: text(options, 'tower') }
  if (like !== null) {
    if (file !== undefined || prompts !== undefined)
      throw usage('--target like:PATH, --classes and --prompts each give the classes; name one of them.')
    const preprocessPath = text(options, 'preprocess')
    const backend = resizeBackend(options)
    const prepared = { ...(preprocessPath && { preprocessPath }), ...(backend && { resizeBackend: backend }) }
    return { ...choice, classes: { path: resolve(like), like: prepared }, ...(features && { features }) }
  }
  if (prompts !== undefined) return { ...choice, classes: { path: resolve(prompts), prompts: true } }
  if (file === undefined) return choice
  return { ...choice, classes: { path: resolve(file), ...(kind && { kind }) }, ...(features && { features }) }
}

/** The picture or folder of `--target like:PATH`; null for other targets. */
export function likeOf(options: OptionValues): string | null {
  const path = /^\s*like:(.*)$/s.exec(text(options, 'target') ?? '')?.[1]?.trim()
  if (path === '') throw usage('--target like: needs a picture or a folder, as like:images/cat.png.')
  return path ?? null
}

/** The class that likeness is: that of the logit itself, as of every model with one. */
export const LIKENESS = 1
