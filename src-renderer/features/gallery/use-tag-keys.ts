/** Tagging from the grid: a digit tags the chosen samples, or the active one, on and off. */
import { annotate, tryAgain } from '../../api/annotate'
import { hasTag, useAnnotationState } from '../../api/annotation-queries'
import { notify } from '../../api/live'
import { useCommands } from '../../base/commands'
import { chosenSamples } from '../../base/selection'
import { tagOfKey } from '../../shared/annotating/offered-tag'
import { taggingCommands } from './commands'

export function useTagKeys(runId: number, activeId: number | undefined): void {
  const state = useAnnotationState().data
  const tagByKey = async (key: string) => {
    if (!state) return
    const chosen = chosenSamples(runId)
    const ids = chosen.size > 0 ? Uint32Array.from(chosen) : activeId === undefined ? null : Uint32Array.of(activeId)
    if (!ids) {
      return notify('info', `${key} tags the sample that is active. Go to one with the arrow keys, or choose some.`)
    }
    const tag = tagOfKey(state.tags, { key, ids, runId })?.name
    if (tag === undefined) return
    const on = chosen.size > 0 || !(await hasTag(ids[0]!, tag, state.reviewer))
    const saved = await annotate([{ kind: 'tag', tag, ids, on }], runId)
    if (saved) notify('info', saved.step ? `${saved.step.title}.` : `All of them have “${tag}” already.`)
    else notify('error', `“${tag}” could not be saved.`, tryAgain)
  }
  useCommands(taggingCommands, { tag: (key) => void tagByKey(key) })
}
