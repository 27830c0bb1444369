import { TAG_HOTKEYS } from '@shared/api'
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
