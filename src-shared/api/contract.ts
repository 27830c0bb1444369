/**
 * The service contract: every call and event between the window and the main side, once.
 * Inputs are checked with the zod schema at the boundary; outputs are typed. Bulk numbers travel as typed arrays.
 */
import { z } from 'zod'
import { RESIZE_BACKENDS } from '../resize-backend'
import { MASK_KINDS, type UnmeasuredGroup } from '../masks'
import { METHOD_IDS } from '@headlight/explain/methods'
import type { AnnotationChanged } from './annotation'
import { annotationCalls } from './annotation-calls'
import { of } from './call'
import { recipeSchema } from '../figure/recipe'
import { targetSchema } from '../target-policy'
import { HEAD_GROUPINGS } from './head-groupings'
import type { ClassMatch, DatasetPicture, DatasetReport, FolderEntry, FolderListing, InputPreview } from './dataset'
import { exportCalls, type ExportJob } from './exports'
import type { FigureFile, FigurePreview, SavedRecipes } from './figures'
import type { Certificate } from '@headlight/explain/report'
import type { ModelFiles, ModelInfo } from './model'
import type {
  AttentionRow,
  Confusion,
  ErrorGroup,
  Facets,
  HeadAttention,
  HeadDifference,
  HeadStatistics,
  LayerMaps,
  Likeness,
  LocalisationDifference,
  LocalisationScore,
  MapBatch,
  ProjectInfo,
  RunInfo,
  RunProgress,
  SampleDetail,
  SampleExplanation,
  SampleIds,
  SampleRow,
} from './project'
import type { ShellCommand } from './shell'
import { idSchema, idsSchema, indexSchema, LIMITS, realSchema } from './limits'
import { sortSchema } from './sort'
import type { BugReport, ProjectCheck, ProjectPlaces, RelinkPreview, RunEstimate, TaskProgress } from './upkeep'
import { viewCalls } from './views'

const path = z.string().min(1).max(LIMITS.path)
const runId = idSchema
const sampleId = idSchema
const method = z.enum(METHOD_IDS)
const filter = z.string().max(LIMITS.filter)
/** Each method once. */
const methods = z.array(method).max(METHOD_IDS.length)
const index = indexSchema

const outputName = z.string().min(1).max(1000)
export { targetSchema }

export const methodSettingsSchema = z.object({
  gmar: z.object({ alpha: realSchema.min(0), scope: z.enum(['layer', 'all']), firstLayer: index }),
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
export const labelMappingSchema = z.array(z.tuple([z.string().max(LIMITS.path), index.nullable()])).max(LIMITS.labels)

export const labelSourceSchema = z.union([z.number().int().min(1).max(64), z.string().min(1).max(300)])

const classVectorsFile = z.object({
  path,
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
      preprocessPath: path.optional(),
      preprocessing: preprocessingSchema.optional(),
      resizeBackend: z.enum(RESIZE_BACKENDS).optional(),
    })
    .optional(),
  kind: z.enum(['cosine', 'linear']).nullish(),
  source: z.string().max(1000).optional(),
})
const featureReadout = z.enum(['cls', 'mean', 'cls+mean'])
/** What of a model is explained, where its file leaves it open. */
const choice = {
  output: outputName.nullish(),
  tower: outputName.nullish(),
  classes: classVectorsFile.nullish(),
  features: featureReadout.nullish(),
}

/** What a user chooses for a run; everything left out is found beside the model or defaulted. */
export const startRunSchema = z.object({
  modelPath: path,
  dataPath: path,
  masksPath: path.nullish(),
  preprocessPath: path.nullish(),
  /** The library that resizes, where the configuration leaves that open. */
  resizeBackend: z.enum(RESIZE_BACKENDS).optional(),
  labelsPath: path.nullish(),
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
  methods: methods.min(1).optional(),
  settings: methodSettingsSchema.optional(),
  target: targetSchema.optional(),
  ...choice,
  /** How logits become probabilities, where the graph does not show it. */
  task: z.enum(['single-label', 'multi-label']).optional(),
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
  projectPath: path.nullish(),
  /** Computes a few of the images to measure the rate. */
  measure: z.boolean().optional(),
})
export type EstimateRun = z.infer<typeof estimateRunSchema>

export const sampleQuerySchema = z.object({
  runId,
  filter,
  sort: sortSchema,
  descending: z.boolean(),
})

export interface AppInfo {
  version: string
  platform: string
  shell: 'electron' | 'browser'
  /** Set when the demo model and images are beside the program. */
  demoAvailable: boolean
  home: string
}

export interface RecentProject {
  path: string
  name: string
  openedAt: string
}

const nothing = z.object({})

export const calls = {
  'app.info': of<AppInfo>().with(nothing),
  'app.recent': of<RecentProject[]>().with(nothing),
  /** The next path that the program was asked to open from outside (a file of its kind, a second start), null for none. */
  'app.opened': of<string | null>().with(nothing),
  /** The kind of file or folder at a path: a folder that is dropped on the window may be a project or a dataset. */
  'files.describe': of<FolderEntry & { path: string }>().with(z.object({ path })),
  /** Logs, versions, settings and facts about the open project, without images and names of files. */
  'app.report': of<BugReport>().with(nothing),
  'files.list': of<FolderListing>().with(z.object({ path: z.string().max(4096).nullable() })),

  'model.inspect': of<ModelInfo & ModelFiles>().with(z.object({ path, ...choice })),
  'model.certify': of<Certificate>().with(z.object({ path, ...choice })),
  /** The same as what `model.inspect` finds beside the model, with files of the user's choice in place of those. */
  'model.files': of<ModelFiles>().with(
    z.object({
      path,
      ...choice,
      preprocessPath: path.nullish(),
      labelsPath: path.nullish(),
    }),
  ),
  'dataset.scan': of<DatasetReport>().with(
    z.object({
      path,
      modelPath: path.nullish(),
      ...choice,
      labelsPath: path.nullish(),
      labelSource: labelSourceSchema.nullish(),
    }),
  ),
  /** Small pictures of the samples in the report's preview, in its order. */
  'dataset.pictures': of<DatasetPicture[]>().with(z.object({ path })),
  /** The model's input for the first `count` samples of the preview, made from the tensor. */
  'dataset.inputs': of<InputPreview[]>().with(
    z.object({ path, preprocessing: preprocessingSchema, count: z.number().int().min(1).max(12) }),
  ),

  'project.open': of<ProjectInfo>().with(z.object({ path })),
  'project.create': of<ProjectInfo>().with(z.object({ path })),
  'project.openDemo': of<ProjectInfo>().with(nothing),
  'project.current': of<ProjectInfo | null>().with(nothing),
  'project.close': of<null>().with(nothing),

  /** Whether datasets and models are where the project knows them. */
  'project.places': of<ProjectPlaces>().with(nothing),
  /** Looks at every file of the project; reports `task.progress`. Cancel it with the call's signal. */
  'project.check': of<ProjectCheck>().with(z.object({ deep: z.boolean() })),
  /** How a dataset would be found elsewhere; changes nothing. Reports `task.progress`. */
  'project.previewRelink': of<RelinkPreview>().with(z.object({ datasetId: idSchema, path })),
  'project.relink': of<ProjectInfo>().with(z.object({ plan: idSchema })),
  /** Sets the file of every run of this model. Throws 'model-changed' for another model. */
  'project.relinkModel': of<ProjectInfo>().with(z.object({ path })),
  /** Gives results back whose run the project does not know: `ProjectInfo.unclaimed`. 'usage' where they do not fit. */
  'project.restoreRun': of<ProjectInfo>().with(z.object({ runId })),
  /** Removes such results. */
  'project.removeUnclaimed': of<ProjectInfo>().with(z.object({ runId })),
  /** Time and disk that a run will take; starts nothing. */
  'run.estimate': of<RunEstimate>().with(estimateRunSchema),
  /** Computes at once, or waits in the queue while another run computes; the state says which. */
  'run.start': of<RunInfo>().with(startRunSchema),
  'run.resume': of<RunInfo>().with(z.object({ runId })),
  /** Saves the batches in progress first; `now` drops them. A queued run leaves the queue. */
  'run.pause': of<null>().with(z.object({ runId, now: z.boolean().optional() })),
  'run.cancel': of<null>().with(z.object({ runId })),
  /** A name of the user's choice; blanks around it are left out. */
  'run.rename': of<RunInfo>().with(z.object({ runId, name: z.string().trim().min(1).max(200) })),
  /** Cancels the run if it computes or waits, and hides it; it is removed for good when the project closes. */
  'run.delete': of<ProjectInfo>().with(z.object({ runId })),
  /** Brings a deleted run back, as long as the project stays open. */
  'run.undelete': of<ProjectInfo>().with(z.object({ runId })),
  'run.get': of<RunInfo>().with(z.object({ runId })),
  /** Images without a result, by the kind of their error, the largest group first. */
  'run.errors': of<ErrorGroup[]>().with(z.object({ runId })),
  /** Images with a mask and no localisation, by reason, the largest group first. */
  'run.unmeasured': of<UnmeasuredGroup[]>().with(z.object({ runId })),
  /** Labels of the dataset, and the classes that they mean in this run. */
  'run.labels': of<ClassMatch[]>().with(z.object({ runId })),
  /** Matches labels of a run again, and updates everything that depends on them. 'usage' for a run that explains the label. */
  'run.matchLabels': of<RunInfo>().with(z.object({ runId, labelMapping: labelMappingSchema })),
  /** The waiting runs in a new order. Runs that no longer wait are ignored. */
  'queue.order': of<null>().with(z.object({ runIds: z.array(runId).max(LIMITS.runs) })),
  /** Computes the first waiting run, and the others after it: after a restart, or after a pause. */
  'queue.goOn': of<null>().with(nothing),

  'samples.query': of<SampleIds>().with(sampleQuerySchema),
  'samples.rows': of<SampleRow[]>().with(z.object({ runId, ids: idsSchema })),
  'samples.facets': of<Facets>().with(z.object({ runId, filter })),
  'samples.maps': of<MapBatch>().with(z.object({ runId, ids: idsSchema, method })),
  'sample.detail': of<SampleDetail>().with(z.object({ runId, id: sampleId })),
  /** How the pixels of a sample differ from those of PIL's convert('RGB'), in sentences. */
  'sample.notes': of<string[]>().with(z.object({ runId, id: sampleId })),
  /** Explains one sample for any class with any methods, on demand, also while a run computes. */
  'sample.explain': of<SampleExplanation>().with(
    z.object({
      runId,
      id: sampleId,
      target: targetSchema,
      methods,
      settings: methodSettingsSchema.optional(),
    }),
  ),
  /** Why a sample is like another one, or like the mean of the other samples of a filter. */
  'sample.likeness': of<Likeness>().with(
    z.object({
      runId,
      id: sampleId,
      to: z.union([z.object({ id: sampleId }), z.object({ filter })]),
      readout: featureReadout.nullish(),
      methods: methods.min(1),
      settings: methodSettingsSchema.optional(),
    }),
  ),
  /** Attention of one head on demand: from the read-out rows, or from one patch (row-major index in the grid). */
  'sample.attention': of<AttentionRow>().with(
    z.object({ runId, id: sampleId, layer: index, head: index, patch: index.nullish() }),
  ),
  /** A method's map after each layer, on demand: what a slider through the rollout shows. */
  'sample.layers': of<LayerMaps>().with(
    z.object({ runId, id: sampleId, target: targetSchema, method, settings: methodSettingsSchema.optional() }),
  ),

  'stats.heads': of<HeadStatistics>().with(
    z.object({ runId, by: z.enum(HEAD_GROUPINGS), filter, norm: z.enum(['l1', 'l2']) }),
  ),
  'stats.difference': of<HeadDifference>().with(
    z.object({
      runId,
      filterA: filter,
      filterB: filter,
      norm: z.enum(['l1', 'l2']),
      /** Compares samples of the same label only. */
      stratified: z.boolean().optional(),
    }),
  ),
  /** What a head attends to from the read-out rows, on average, by label and correctness. */
  'stats.attention': of<HeadAttention>().with(z.object({ runId, layer: index, head: index })),
  'stats.confusion': of<Confusion>().with(z.object({ runId, filter })),
  'stats.localisation': of<LocalisationScore[]>().with(z.object({ runId, filter })),
  'stats.localisationDifference': of<LocalisationDifference[]>().with(
    z.object({ runId, filterA: filter, filterB: filter, stratified: z.boolean() }),
  ),

  ...annotationCalls,
  ...viewCalls,
  ...exportCalls,
  'figures.list': of<SavedRecipes>().with(nothing),
  'figures.save': of<null>().with(z.object({ recipe: recipeSchema })),
  'figures.remove': of<null>().with(z.object({ name: z.string().max(200) })),
  /** The figure as SVG, with pictures of screen resolution. */
  'figures.preview': of<FigurePreview>().with(z.object({ recipe: recipeSchema })),
  'figures.write': of<FigureFile>().with(z.object({ recipe: recipeSchema, format: z.enum(['svg', 'pdf', 'png']) })),
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>
export type CallOutput<Name extends CallName> = Calls[Name]['output']

/** What the main side says unasked. */
export interface Events {
  'run.progress': RunProgress
  /** Results of a run changed, or anything of the open project (null); the window refetches what it shows. */
  'project.changed': { path: string; runId: number | null }
  /** Progress of a check, a relink or the listing of a dataset. */
  'task.progress': TaskProgress
  /** Annotations of the open project changed, by any window. */
  'annotations.changed': Pick<AnnotationChanged, 'samples' | 'terms'>
  /** A view was saved or removed, by any window. */
  'views.changed': { name: string }
  /** Progress of an export, and its end. */
  'export.progress': ExportJob
  /** The menu, or a file opened with the desktop application. */
  'shell.command': { command: ShellCommand }
  /** A message for the user, shown once. */
  notice: { level: 'info' | 'warning' | 'error'; message: string }
}
export type EventName = keyof Events

export interface CallOptions {
  signal?: AbortSignal
}

/** The contract as an object: implemented once by the main side, consumed by every client. */
export interface Service {
  call<Name extends CallName>(name: Name, input: CallInput<Name>, options?: CallOptions): Promise<CallOutput<Name>>
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void
}

/** Image addresses, the same path under http(s) and under headlight:// . */
export const imageUrls = {
  /** A thumbnail, at most `size` pixels on its longer side. */
  thumbnail: (runId: number, id: number, size: 160 | 320) => `/media/thumbnail/${runId}/${id}?size=${size}`,
  /** The original pixels, upright, as a format browsers show. */
  image: (runId: number, id: number) => `/media/image/${runId}/${id}`,
  /** Exactly what the model sees, after resize and crop. */
  input: (runId: number, id: number) => `/media/input/${runId}/${id}`,
}
