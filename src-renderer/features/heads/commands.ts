import { defineCommands } from '../../base/commands'

export const headCommands = defineCommands('Head', {
  before: { name: 'The head before', keys: ['['] },
  after: { name: 'The next head', keys: [']'] },
})
