import { defineCommands } from '../../base/commands'

export const confusionCommands = defineCommands('Confusion', {
  move: { name: 'Move between cells', keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], local: true },
  open: { name: 'Open the samples of the cell', keys: ['Enter'], local: true },
  closer: { name: 'Zoom in', keys: ['[plus]', 'Shift+[plus]', '='] },
  farther: { name: 'Zoom out', keys: ['-'] },
  whole: { name: 'The whole matrix', keys: ['0'] },
  diagonal: { name: 'Correct predictions in colours, on and off', keys: ['D'] },
})
