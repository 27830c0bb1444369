import { defineCommands } from '../../app/commands'

export const sampleCommands = defineCommands('Sample', {
  previous: { name: 'Previous sample of the result', keys: ['ArrowLeft'] },
  next: { name: 'Next sample of the result', keys: ['ArrowRight'] },
  back: { name: 'Leave the head, then back to the gallery', keys: ['Escape'] },
  overlay: { name: 'Overlay on and off', keys: ['O'] },
  method: { name: 'Next method', keys: ['M'] },
})
