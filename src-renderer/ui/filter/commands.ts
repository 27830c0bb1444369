import { defineCommands } from '../../base/commands'

export const filterCommands = defineCommands('Filter', {
  write: { name: 'Write a filter', keys: ['/'], keyOnly: true },
})
