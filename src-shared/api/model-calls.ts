/** The part of the contract about what a run is made of: models and datasets. */
import { z } from 'zod'
import type { Certificate } from '@headlight/explain/report'
import { of } from './call'
import type { DatasetPicture, DatasetReport, InputPreview } from './dataset'
import { pathSchema } from './limits'
import type { ModelFiles, ModelInfo } from './model'
import { labelSourceSchema, modelChoiceFields, preprocessingSchema } from './run-request'

export const modelCalls = {
  'model.inspect': of<ModelInfo & ModelFiles>().with(z.object({ path: pathSchema, ...modelChoiceFields })),
  'model.certify': of<Certificate>().with(z.object({ path: pathSchema, ...modelChoiceFields })),
  /** The same as what `model.inspect` finds beside the model, with files of the user's choice in place of those. */
  'model.files': of<ModelFiles>().with(
    z.object({
      path: pathSchema,
      ...modelChoiceFields,
      preprocessPath: pathSchema.nullish(),
      labelsPath: pathSchema.nullish(),
    }),
  ),
  'dataset.scan': of<DatasetReport>().with(
    z.object({
      path: pathSchema,
      modelPath: pathSchema.nullish(),
      ...modelChoiceFields,
      labelsPath: pathSchema.nullish(),
      labelSource: labelSourceSchema.nullish(),
    }),
  ),
  /** Small pictures of the samples in the report's preview, in its order. */
  'dataset.pictures': of<DatasetPicture[]>().with(z.object({ path: pathSchema })),
  /** The model's input for the first `count` samples of the preview, made from the tensor. */
  'dataset.inputs': of<InputPreview[]>().with(
    z.object({ path: pathSchema, preprocessing: preprocessingSchema, count: z.number().int().min(1).max(12) }),
  ),
} as const
