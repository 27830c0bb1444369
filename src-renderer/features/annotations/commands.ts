import { TAG_HOTKEYS, VERDICT_HOTKEYS } from '@shared/api'
import { defineCommands } from '../../base/commands'

export const historyCommands = defineCommands('Undo', {
  undo: { name: 'Undo the last annotation', keys: ['mod+Z'] },
  redo: { name: 'Do it again', keys: ['mod+Shift+Z', 'mod+Y'] },
})

/** Of the panel beside a sample. */
export const annotationCommands = defineCommands('Annotations of a sample', {
  tag: { name: 'Tag with this digit on and off', keys: [...TAG_HOTKEYS], keyOnly: true },
  verdict: { name: 'Choose a verdict', keys: ['V'] },
  note: { name: 'Write a note', keys: ['N'] },
  rectangle: { name: 'Draw a rectangle', keys: ['R'] },
  polygon: { name: 'Draw a polygon', keys: ['P'] },
  corner: {
    name: 'Move the corner that is drawn; Shift moves it by a pixel',
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    local: true,
  },
  set: { name: 'Set the corner', keys: ['Space'], local: true },
  close: { name: 'Close the polygon', keys: ['Enter'], local: true },
  remove: { name: 'Delete the chosen region', keys: ['Delete', 'Backspace'] },
})

export const summaryCommands = defineCommands('Summary of a triage', {
  back: { name: 'Back to the samples', keys: ['ArrowLeft'] },
  leave: { name: 'Leave, and keep the place', keys: ['Escape'] },
})

export const triageCommands = defineCommands('Triage', {
  tag: { name: 'Tag with this digit on and off', keys: [...TAG_HOTKEYS], keyOnly: true },
  verdict: {
    name: 'Verdict with this letter',
    keys: [...VERDICT_HOTKEYS].map((key) => key.toUpperCase()),
    keyOnly: true,
  },
  next: { name: 'Next sample; after the last one, what it all came to', keys: ['ArrowRight', 'Space'] },
  previous: { name: 'Previous sample', keys: ['ArrowLeft'] },
  note: { name: 'Write a note', keys: ['N'] },
  overlay: { name: 'Overlay on and off', keys: ['O'] },
  method: { name: 'Next method', keys: ['M'] },
  leave: { name: 'Leave, and keep the place', keys: ['Escape'] },
})
