/** Commands over a project: what stands in it, what leaves it, and its upkeep. */
import { HEAD_GROUPINGS, HEAD_NUMBERS } from '@shared/api/head-groupings'
import { HEAD_FILLS } from '@shared/evaluation/ablation-summary'
import { FILLS, METRIC_GROUPS } from '@shared/evaluation/metrics'
import { EXPORTED, EXPORT_FORMATS } from './choices'
import { type Declaration, flag, needed, repeated, valued } from './declare'
import * as option from './options'

export const projectCommands = (): Declaration[] => [
  {
    name: 'stats',
    summary: 'Head weights of groups of samples, differences between two groups, localisation.',
    options: [
      option.neededProject(),
      option.run(),
      valued('by', 'what', 'what the groups are', HEAD_GROUPINGS),
      option.filter(),
      valued('versus', 'Q', 'compare the samples of --filter with these'),
      valued('norm', 'norm', 'the norm of the gradients that weights are of, or taylor for sum A o G', HEAD_NUMBERS),
      flag('localisation', 'how well maps meet the masks'),
    ],
    load: () => import('../commands/stats'),
  },
  {
    name: 'samples',
    summary: 'The samples of a run: label and its class, prediction, confidence.',
    options: [
      option.neededProject(),
      option.run(),
      option.filter(),
      valued(
        'sort',
        'key',
        'what they are sorted by; head(7,2) for the weight of a head, taylor(7,2), iou(gmar_l1) for what a filter compares',
      ),
      flag('descending', 'the largest first'),
      valued('limit', 'N', 'at most so many'),
    ],
    load: () => import('../commands/samples'),
  },
  {
    name: 'evaluate',
    summary:
      'How faithful the maps of a run are: what its pictures lose when patches are taken away (docs/EVALUATION.md).',
    options: [
      option.neededProject(),
      option.run(),
      valued('metrics', 'list', `metrics with commas between: ${METRIC_GROUPS.join(', ')}; all unless told otherwise`),
      valued('methods', 'list', 'methods with commas between, or all; those of the run unless told otherwise'),
      option.filter(),
      option.limit(),
      valued('fill', 'fill', 'what removed patches are filled with, both unless told otherwise', [...FILLS, 'both']),
      valued('steps', 'N', 'steps of the curves under the mean fill, 20 unless told otherwise'),
    ],
    load: () => import('../commands/evaluate'),
  },
  {
    name: 'ablate',
    summary:
      "What a run's model loses without each of its heads, and which scores of heads knew it (docs/EVALUATION.md).",
    options: [
      option.neededProject(),
      option.run(),
      valued('kind', 'kind', "what stands in place of a head's output, zero unless told otherwise", HEAD_FILLS),
      option.filter(),
      option.limit(),
      flag('without-pruning', 'do not remove heads one after the other as well, which takes most of the time'),
    ],
    load: () => import('../commands/ablate'),
  },
  {
    name: 'annotate',
    summary: 'Tags, verdict and note of a sample, or annotations of a file merged into the project.',
    options: [
      option.neededProject(),
      valued('sample', 'path', 'the sample: its path in the dataset, or the end of it'),
      repeated(valued('tag', 'tag', 'a tag to add')),
      valued('verdict', 'verdict', 'its verdict; "" takes it away'),
      valued('note', 'text', 'its note; "" takes it away'),
      valued('reviewer', 'name', 'who says so'),
      valued('import', 'file', 'annotations that another project exported'),
    ],
    load: () => import('../commands/annotate'),
  },
  {
    name: 'export',
    summary: `Writes ${EXPORTED.join(', ')} as a file.`,
    options: [
      option.neededProject(),
      needed(valued('what', 'what', 'what is written', EXPORTED)),
      needed(valued('format', 'format', 'as what it is written', EXPORT_FORMATS)),
      needed(valued('out', 'path', 'the file, or the folder of overlays')),
      option.run(),
      option.filter(),
      valued('recipe', 'FIGURE.json', 'the recipe of the figure: a file, or the name of one in the project'),
      valued(
        'columns',
        'list',
        'further columns of predictions with commas between: taylor(7,2), iou(gmar_l1), or all of maps',
      ),
      valued('method', 'method', 'the method of overlays'),
      valued('size', 'pixels', 'the longer side of overlays'),
      valued('pattern', 'pattern', 'names of overlays, as {path}_{method}'),
      flag('skip-existing', 'leave overlays that are there already'),
      flag('without-boxes', 'draw no boxes over overlays of a detector'),
    ],
    load: () => import('../commands/export'),
  },
  {
    name: 'check',
    summary: 'Integrity of a project; images and models that moved, changed or are missing.',
    options: [option.neededProject(), flag('deep', 'read every image and every result')],
    load: () => import('../commands/check'),
  },
  {
    name: 'relink',
    summary: 'Tells a project where its dataset or its model lies now.',
    options: [
      option.neededProject(),
      valued('data', 'path', 'where the dataset lies now'),
      valued('from', 'path', 'where it lay, where the project knows several'),
      valued('model', 'M.onnx', 'where the model lies now'),
      flag('dry-run', 'say what would be found, and change nothing'),
    ],
    load: () => import('../commands/relink'),
  },
  {
    name: 'recover',
    summary: 'Results whose run the project does not know any more: lists them, gives them back, or removes them.',
    options: [
      option.neededProject(),
      valued('restore', 'N', 'give back what the list names by this number'),
      valued('remove', 'N', 'remove what the list names by this number'),
    ],
    load: () => import('../commands/recover'),
  },
  {
    name: 'report',
    summary: 'Packs logs, versions and settings for a bug report: no images, no names of files.',
    options: [option.project(), needed(valued('out', 'FILE.zip', 'the file'))],
    load: () => import('../commands/report'),
  },
]
