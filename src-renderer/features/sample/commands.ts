import { defineCommands } from '../../base/commands'

export const sampleCommands = defineCommands('Sample', {
  previous: { name: 'Previous sample of the result', keys: ['ArrowLeft'] },
  next: { name: 'Next sample of the result', keys: ['ArrowRight'] },
  back: { name: 'Leave the patch, the head, then back to the gallery', keys: ['Escape'] },
  overlay: { name: 'Overlay on and off', keys: ['O'] },
  method: { name: 'Next method', keys: ['M'] },
  look: { name: 'Heat, contour, mask, pair', keys: ['U'] },
  fewer: { name: 'One layer less of the method', keys: [','] },
  more: { name: 'One layer more', keys: ['.'] },
  likeness: { name: 'Explain likeness to another picture, or to a group' },
  patches: { name: 'Move over the patches of a head (then arrow keys, Enter)', keys: ['Enter'], local: true },
})
