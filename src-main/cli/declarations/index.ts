import { benchCommands } from './benches'
import type { Declaration } from './declare'
import { modelCommands } from './models'
import { projectCommands } from './projects'
import { runCommands } from './runs'
import { windowCommands } from './window'

/** Every command, by the heading that the help gives it, in its order. */
export const declareCommands = (): { heading: string; commands: Declaration[] }[] => [
  { heading: 'Models:', commands: modelCommands() },
  { heading: 'Datasets and runs:', commands: runCommands() },
  { heading: 'Projects:', commands: projectCommands() },
  { heading: 'Program:', commands: windowCommands() },
  { heading: 'Measurements:', commands: benchCommands() },
]
