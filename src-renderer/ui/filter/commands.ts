import { defineCommands } from '../../app/commands'

export const filterCommands = defineCommands('Filter', {
  write: { name: 'Write a filter', keys: ['/'], keyOnly: true },
})
