/** Commands that measure. */
import { type Declaration, flag, repeated, valued } from './declare'
import * as option from './options'

const samples = () => valued('samples', 'N', 'samples of the made-up project')
const kept = () => valued('project', 'P.headlight', 'a project that an earlier call made, or where it is made')

export const benchCommands = (): Declaration[] => [
  {
    name: 'bench',
    summary: 'Times the demo model: forward pass against GMAR, a run end to end; and a library of samples.',
    options: [
      valued('batch', 'N', 'pictures at a time'),
      valued('rounds', 'N', 'rounds that the medians are of'),
      valued('limit', 'N', 'pictures of the run'),
      option.settings(),
      ...option.device(),
    ],
    load: () => import('../commands/bench'),
  },
  {
    name: 'bench-graph',
    summary:
      'Times explain graphs against forward passes in processor time: vision transformers made here, the demo, or files.',
    options: [
      repeated(valued('model', 'FILE.onnx', 'a model in place of those')),
      valued('batch', 'N', 'pictures at a time, in place of 1 and 8'),
      valued('rounds', 'N', 'rounds in which all take turns'),
      valued('against', 'FILE.onnx', 'an explain graph of the model that was saved earlier, measured beside it'),
      flag('profile', 'also the time of each operator, forward and backward'),
      flag('large', 'also ViT-B/16'),
    ],
    load: () => import('../commands/bench-graph'),
  },
  {
    name: 'bench-library',
    summary: 'Times the library over a made-up project of a million samples.',
    options: [
      kept(),
      samples(),
      valued('pictures', 'some|all', 'whether every sample has a picture', ['some', 'all']),
      flag('only-write', 'write the project, and time nothing else'),
    ],
    load: () => import('../commands/bench-library'),
  },
  {
    name: 'bench-evaluate',
    summary: 'Times an evaluation of the demo against the passes that it consists of.',
    options: [valued('limit', 'N', 'pictures of each metric'), option.methods()],
    load: () => import('../commands/bench-evaluate'),
  },
  {
    name: 'bench-exports',
    summary: 'Times exports: tables of a made-up project with their memory, overlays of the demo.',
    options: [
      kept(),
      samples(),
      repeated(valued('what', 'table', 'a table')),
      repeated(valued('format', 'format', 'a format')),
    ],
    load: () => import('../commands/bench-exports'),
  },
  {
    name: 'bench-calls',
    summary: 'Times annotations while another window makes the largest calls that there are.',
    options: [
      kept(),
      samples(),
      valued('seconds', 'N', 'how long each call is repeated'),
      repeated(valued('call', 'word', 'only calls whose names hold this word')),
    ],
    load: () => import('../commands/bench-calls'),
  },
]
