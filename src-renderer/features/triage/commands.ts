import { TAG_HOTKEYS, VERDICT_HOTKEYS } from '@shared/api'
import { defineCommands } from '../../base/commands'

export const triageCommands = defineCommands('Triage', {
  tag: { name: 'Tag with this digit on and off', keys: [...TAG_HOTKEYS], keyOnly: true },
  verdict: {
    name: 'Verdict with this letter',
    keys: [...VERDICT_HOTKEYS].map((key) => key.toUpperCase()),
    keyOnly: true,
  },
  next: { name: 'Next sample; after the last one, the summary', keys: ['ArrowRight', 'Space'] },
  previous: { name: 'Previous sample', keys: ['ArrowLeft'] },
  note: { name: 'Write a note', keys: ['N'] },
  overlay: { name: 'Overlay on and off', keys: ['O'] },
  method: { name: 'Next method', keys: ['M'] },
  leave: { name: 'Leave, and keep the place', keys: ['Escape'] },
})

export const summaryCommands = defineCommands('Summary of a triage', {
  back: { name: 'Back to the samples', keys: ['ArrowLeft'] },
  leave: { name: 'Leave, and keep the place', keys: ['Escape'] },
})
