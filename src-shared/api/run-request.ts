/** What a user chooses for a run, as it is checked where it comes in. */
import { z } from 'zod'
import { METHOD_IDS } from '@headlight/explain/methods'
import { MASK_KINDS } from '../masks'
import { RESIZE_BACKENDS } from '../resize-backend'
import { targetSchema } from '../target-policy'
import { idSchema, indexSchema, LIMITS, pathSchema, realSchema } from './limits'

export { targetSchema }

export const methodSchema = z.enum(METHOD_IDS)
/** Each method once. */
export const methodsSchema = z.array(methodSchema).max(METHOD_IDS.length)
const outputName = z.string().min(1).max(1000)

export const methodSettingsSchema = z.object({
  gmar: z.object({ alpha: realSchema.min(0), scope: z.enum(['layer', 'all']), firstLayer: indexSchema }),
  rollout: z.object({ fusion: z.enum(['mean', 'max', 'min']), discard: z.number().min(0).max(1) }),
})

const pixels = z.number().int().min(1).max(16384)
const size = z.object({ height: pixels, width: pixels })
const channelValues = z.array(realSchema).min(1).max(64)

export const preprocessingSchema = z.object({
  size,
  resize: size.extend({
    mode: z.enum(['none', 'exact', 'shortest', 'longest']),
    interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos', 'box', 'hamming']),
    longest: pixels.optional(),
  }),
  centerCrop: size.nullable(),
  rescale: realSchema.positive(),
  offset: realSchema.optional(),
  mean: channelValues,
  std: z.array(realSchema.positive()).min(1).max(64),
  channelOrder: z.literal('bgr').optional(),
  pad: size.optional(),
  channels: z.number().int().min(1).max(64),
  rules: z
    .object({
      of: z.string().max(300),
      resample: z.enum(['torch', 'torch-float']).optional(),
      passes: z.literal('height-first').optional(),
      edge: z.enum(['half-even', 'half-up']).optional(),
      crop: z.literal('half-even').optional(),
      pad: z.literal('after').optional(),
      fill: channelValues.optional(),
      sizes: z
        .object({ by: z.enum(['yolos', 'vilt', 'dpt']), multiple: z.number().int().min(1).max(65_536) })
        .optional(),
      cropFirst: z.object({ height: realSchema.positive(), width: realSchema.positive() }).optional(),
    })
    .optional(),
  source: z.string().max(300),
})

/** Labels of the dataset and the classes that they mean; pairs, since a label may be any word. */
export const labelMappingSchema = z
  .array(z.tuple([z.string().max(LIMITS.path), indexSchema.nullable()]))
  .max(LIMITS.labels)

export const labelSourceSchema = z.union([z.number().int().min(1).max(64), z.string().min(1).max(300)])

const classVectorsFile = z.object({
  path: pathSchema,
  prompts: z.boolean().optional(),
  typed: z
    .array(z.object({ name: z.string().min(1).max(1000), prompt: z.string().min(1).max(10_000) }))
    .min(1)
    .max(LIMITS.prompts)
    .optional(),
  like: z
    .object({
      label: z.string().max(LIMITS.path).optional(),
      labelSource: labelSourceSchema.optional(),
      preprocessPath: pathSchema.optional(),
      preprocessing: preprocessingSchema.optional(),
      resizeBackend: z.enum(RESIZE_BACKENDS).optional(),
    })
    .optional(),
  kind: z.enum(['cosine', 'linear']).nullish(),
  source: z.string().max(1000).optional(),
})
export const readoutSchema = z.enum(['cls', 'mean', 'cls+mean'])
/** What of a model is explained, where its file leaves it open. */
export const modelChoiceFields = {
  output: outputName.nullish(),
  tower: outputName.nullish(),
  classes: classVectorsFile.nullish(),
  features: readoutSchema.nullish(),
}

/** What a user chooses for a run; everything left out is found beside the model or defaulted. */
export const startRunSchema = z.object({
  modelPath: pathSchema,
  dataPath: pathSchema,
  masksPath: pathSchema.nullish(),
  preprocessPath: pathSchema.nullish(),
  /** The library that resizes, where the configuration leaves that open. */
  resizeBackend: z.enum(RESIZE_BACKENDS).optional(),
  labelsPath: pathSchema.nullish(),
  /** Takes the place of what is found or in `preprocessPath`. */
  preprocessing: preprocessingSchema.nullish(),
  /** Labels of the dataset that the user matched; the others are matched as they are found. */
  labelMapping: labelMappingSchema.nullish(),
  /** Where labels are taken from: nowhere, a level of the path from 1, or a table; otherwise as the dataset is laid out. */
  labelSource: labelSourceSchema.nullish(),
  /** Match labels that fit no class by name or number by their order. */
  numbersFrom: z.union([z.literal(0), z.literal(1)]).optional(),
  matchByOrder: z.boolean().optional(),
  /** What the pixels of masks mean; left out to detect it. */
  maskKind: z.enum(['auto', ...MASK_KINDS]).optional(),
  /** The value of masks that is ignored (void), or none. */
  maskVoid: z.union([z.literal('none'), z.number().int().min(0).max(16_777_215)]).optional(),
  methods: methodsSchema.min(1).optional(),
  settings: methodSettingsSchema.optional(),
  target: targetSchema.optional(),
  ...modelChoiceFields,
  /** How logits become probabilities, where the graph does not show it. */
  task: z.enum(['single-label', 'multi-label', 'binary', 'regression']).optional(),
  provider: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).optional(),
  precision: z.enum(['fp32', 'tf32', 'fp16']).optional(),
  batch: z.union([z.literal('auto'), z.number().int().min(1).max(1024)]).optional(),
  limit: idSchema.min(1).nullish(),
  name: z.string().max(200).optional(),
})
export type StartRun = z.infer<typeof startRunSchema>

/** The planned run, and what is known about it. */
export const estimateRunSchema = startRunSchema.extend({
  /** Images of the dataset, where they were counted. */
  samples: idSchema.nullish(),
  /** Path of the project; the open project by default. */
  projectPath: pathSchema.nullish(),
  /** Computes a few of the images to measure the rate. */
  measure: z.boolean().optional(),
})
export type EstimateRun = z.infer<typeof estimateRunSchema>
