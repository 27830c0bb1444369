/** Commands that read a dataset, and those that compute and list runs over it. */
import { TARGET_BEGINNINGS, TASKS } from './choices'
import { argument, type Declaration, flag, needed, suggesting, valued } from './declare'
import * as option from './options'

const TARGETS =
  'what is explained: predicted, label, both, predicted-label, label-predicted, predicted-runner-up, a class (also as class:17) or two (CLASS-CLASS); of a detector query:3:17 (short 3:17) or best:17, of a segmentation mask:17 or truth:17; like:PATH for the likeness to a picture, or to the mean of those in a folder'

export const runCommands = (): Declaration[] => [
  {
    name: 'dataset',
    summary: 'What is read from a dataset, before anything runs: labels, splits, masks, and what was passed over.',
    arguments: [argument('<path>', 'the dataset: a folder, an archive, a table or a Parquet file')],
    options: [
      valued('model', 'M.onnx', 'match the labels with the classes of this model'),
      ...option.modelPart(),
      option.labels(),
      ...option.dataset(),
      option.masks(),
      ...option.maskReading(),
      flag('list', 'list every sample, too'),
    ],
    load: () => import('../commands/dataset'),
  },
  {
    name: 'run',
    summary: 'Computes a model over a dataset, or goes on where that stopped.',
    options: [
      needed(option.model()),
      needed(option.data()),
      needed(option.project()),
      option.labels(),
      ...option.dataset(),
      option.preprocess(),
      option.resizeBackend(),
      suggesting(valued('target', 'target', TARGETS), ['both', ...TARGET_BEGINNINGS]),
      ...option.modelPart(),
      valued(
        'task',
        'task',
        'whether a picture has one class or several, or one value is a yes or no (binary) or a number (regression)',
        TASKS,
      ),
      option.methods(),
      option.settings(),
      option.masks(),
      ...option.maskReading(),
      ...option.device(),
      valued('batch', 'N|auto', 'pictures at a time'),
      option.limit(),
      valued('name', 'name', 'what the run is called'),
      flag('estimate', 'say what the run would take, and write nothing'),
    ],
    load: () => import('../commands/run'),
  },
  {
    name: 'runs',
    summary: 'The runs of a project; renames one, or deletes it with its results.',
    options: [
      needed(option.project()),
      valued('run', 'run', 'the number or the name of the run to rename or delete'),
      valued('rename', 'name', 'its new name'),
      flag('delete', 'delete it with its results'),
      flag('yes', 'delete without asking'),
    ],
    load: () => import('../commands/runs'),
  },
]
