import type { RunInfo } from '@shared/api'
import { walkHistory } from '../../api/annotate'
import type { NoticeAction } from '../../api/live'
import { links } from '../../base/links'
import { selectSamples } from '../../base/selection'

/** A step back and a step on in the annotations; the notice leads to the samples in this run. */
export function historySteps(run: RunInfo | undefined) {
  const show = (samples: Uint32Array) => run && linkTo(run.id, samples)
  return { undo: () => void walkHistory('undo', show), redo: () => void walkHistory('redo', show) }
}

/** One sample is shown by itself, several are chosen in the gallery. */
function linkTo(runId: number, samples: Uint32Array): NoticeAction | undefined {
  const [first, ...others] = samples
  if (first === undefined) return undefined
  if (others.length === 0) return { text: 'Show it', href: links.sample(runId, first) }
  return {
    text: 'Show them',
    href: links.gallery(runId, { at: first }),
    act: () => selectSamples(runId, samples),
  }
}
