import { TAG_HOTKEYS } from '@shared/api'
import { defineCommands } from '../../base/commands'

export const galleryCommands = defineCommands('Gallery', {
  move: {
    name: 'Move between samples',
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    local: true,
  },
  page: { name: 'A page up or down, first and last sample', keys: ['PageUp', 'PageDown', 'Home', 'End'], local: true },
  open: { name: 'Open the sample', keys: ['Enter'], local: true },
  toggle: { name: 'Choose the sample, or not', keys: ['Space'], local: true },
  stretch: { name: 'Choose samples along the way', keys: ['Shift+ArrowRight', 'Shift+ArrowDown'], local: true },
  all: { name: 'Choose all samples of the result', keys: ['mod+A'], local: true },
  overlay: { name: 'Overlay on and off', keys: ['O'] },
  method: { name: 'Next method', keys: ['M'] },
  reset: { name: 'Reset view: no filter, order by path, maps as usual' },
  triage: { name: 'Go through the result one by one (triage)', keys: ['T'] },
})

export const taggingCommands = defineCommands('Tags in the gallery', {
  tag: {
    name: 'Give the chosen samples the tag with this digit; the active one: on and off',
    keys: [...TAG_HOTKEYS],
    keyOnly: true,
  },
})

export const selectionCommands = defineCommands('Chosen samples', {
  tag: { name: 'Tag them', keys: ['Shift+T'] },
  none: { name: 'Choose none', keys: ['Escape'] },
})
