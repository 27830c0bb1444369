import { defineCommands } from '../base/commands'

export const frameCommands = defineCommands('Everywhere', {
  palette: { name: 'Go to, do or find anything', keys: ['mod+K'], always: true, keyOnly: true },
  shortcuts: { name: 'List of shortcuts', keys: ['Shift+?'] },
  scheme: { name: 'Light or dark' },
})
