/** Commands that need nothing: the window in a browser, and the demo. */
import { SHELLS } from './choices'
import { argument, type Declaration, flag, valued } from './declare'
import * as option from './options'

export const windowCommands = (): Declaration[] => [
  {
    name: 'serve',
    summary: 'Serves the window to a browser.',
    arguments: [argument('[path...]', 'a project, a model or images to open')],
    options: [
      option.project(),
      valued('host', 'address', 'the address to listen on; 127.0.0.1 is this machine alone'),
      valued('port', 'N', 'the port; 0 takes a free one'),
      flag('no-open', 'do not open a browser'),
    ],
    load: () => import('../commands/serve'),
  },
  {
    name: 'demo',
    summary: 'The demo model over the demo images: a project, statistics and two figures.',
    options: [
      valued('out', 'folder', 'where the project goes'),
      flag('questions', 'a second, small project instead: prompts, a detector with its boxes, and a Swin'),
    ],
    load: () => import('../commands/demo'),
  },
  {
    name: 'completion',
    summary: 'Prints the script that completes commands and options in a shell.',
    arguments: [argument('<shell>', 'the shell').choices([...SHELLS])],
    options: [],
    load: () => import('../commands/completion'),
  },
]
