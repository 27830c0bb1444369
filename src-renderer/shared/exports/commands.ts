import { defineCommands } from '../../base/commands'

export const exportCommands = defineCommands('Export', {
  samples: { name: 'Export the samples in view: tables, maps, scores' },
  overlays: { name: 'Export overlays of the samples in view' },
  report: { name: 'Export a report of the samples in view' },
})
