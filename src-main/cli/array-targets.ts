/** What `explain --target` names for samples of an array. */
import type { ClassInputs } from '@headlight/explain/class-inputs'
import type { ModelFiles, ModelInfo } from '@shared/api'
import { classInputs } from '@shared/target-classes'
import { targetMisfit } from '@shared/target-fits'
import { parseTarget } from '@shared/targets'
import { usage } from './usage'

/**
 * The classes to explain for each sample: of one target for all, or of a list of as many targets as there are samples.
 * Throws 'usage' for what is not a target of the model, or needs labels, which arrays do not have.
 */
export function readTargets(
  value: string | undefined,
  samples: number,
  model: Pick<ModelInfo & ModelFiles, 'labels' | 'classes' | 'dense'>,
): ClassInputs[] {
  const { labels } = model
  const chosen = listed(value ?? 'predicted', labels).map((text) => {
    const read = parseTarget(text, labels)
    if ('problem' in read) throw usage(`--target: ${read.problem}. Commas separate the targets of several samples.`)
    const misfit = targetMisfit(read.target, model)
    if (misfit !== null) throw usage(`--target: ${misfit}`)
    const found = classInputs(read.target, null)
    if (found?.truth)
      throw usage(`--target ${text.trim()} needs masks, which arrays do not have; write mask:${found.target}.`)
    if (found) return found
    throw usage(
      `--target ${text.trim()} needs labels, which arrays do not have; name the classes, as 3-5, or predicted-runner-up.`,
    )
  })
  if (chosen.length !== 1 && chosen.length !== samples) {
    throw usage(`--target names ${chosen.length} targets for ${samples} samples; give one for all, or one each.`)
  }
  return Array.from({ length: samples }, (_, i) => chosen[i] ?? chosen[0]!)
}

/** Names of classes may hold commas: a text that is a target as a whole is not taken apart. */
function listed(text: string, labels: readonly string[]): string[] {
  return 'target' in parseTarget(text, labels) ? [text] : text.split(',')
}
