/** Commands about a model: what it is, whether the numbers are right, and what it sees. */
import { argument, type Declaration, flag, needed, suggesting, valued } from './declare'
import { TARGET_BEGINNINGS } from './choices'
import * as option from './options'

const modelFile = () => argument('<MODEL.onnx>', 'the model')

export const modelCommands = (): Declaration[] => [
  {
    name: 'inspect',
    summary: 'What a model is, and whether it can be explained.',
    arguments: [modelFile()],
    options: option.modelPart(),
    load: () => import('../commands/inspect'),
  },
  {
    name: 'certify',
    summary: "Checks a model's gradients against finite differences, those of all heads together.",
    arguments: [modelFile()],
    options: [
      ...option.modelPart(),
      flag('per-head', 'look at each head by itself and print its error: many times as long'),
    ],
    load: () => import('../commands/certify'),
  },
  {
    name: 'explain',
    summary: 'Explains preprocessed samples; writes logits, head scores and maps as .npy files, then checks the model.',
    arguments: [modelFile()],
    options: [
      needed(valued('input', 'X.npy', 'float32 [B, C, H, W], already preprocessed')),
      needed(valued('out', 'folder', 'where the .npy files go')),
      suggesting(
        valued(
          'target',
          'target',
          'what is explained: predicted, predicted-runner-up, classes by name or number (1,7 or class:17) or a contrast (3-5); of a detector query:3:17 (short 3:17) or best:17, of a segmentation mask:17, or region:17:FILE for a mask picture (without the class, the one that is the highest there); like:PATH for the likeness to a picture, or to the mean of those in a folder',
        ),
        TARGET_BEGINNINGS,
      ),
      ...option.modelPart(),
      option.methods(),
      option.settings(),
      flag('raw', 'also write attention and gradient, [B, L, H, N, N]'),
      ...option.device(),
      valued('save-graph', 'FILE.onnx', 'write the explain graph, too'),
    ],
    load: () => import('../commands/explain'),
  },
  {
    name: 'pixels',
    summary: 'The tensor that a model gets of pictures, as a .npy file, and how it was made.',
    arguments: [modelFile(), argument('<image...>', 'pictures')],
    options: [
      needed(valued('out', 'X.npy', 'float32 [B, C, H, W], as the model gets it')),
      option.preprocess(),
      option.resizeBackend(),
    ],
    load: () => import('../commands/pixels'),
  },
]
