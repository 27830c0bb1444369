import { defineCommands } from '../../base/commands'

export const compareCommands = defineCommands('Compare', {
  arrange: { name: 'Side by side, swipe, difference, grid', keys: ['M'] },
  cursor: {
    name: 'Move the cursor over patches',
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    keyOnly: true,
  },
  turn: { name: 'Exchange the two panes of swipe and difference', keys: ['X'] },
  leave: { name: 'Take the cursor away', keys: ['Escape'], keyOnly: true },
})
