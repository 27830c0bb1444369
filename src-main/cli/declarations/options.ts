/** Options that several commands take. */
import { MASK_KINDS } from '@shared/masks'
import { METHOD_IDS } from '@headlight/explain/methods'
import type { Option } from 'commander'
import { MATCHES, PRECISIONS, PROVIDERS } from './choices'
import { flag, needed, repeated, valued } from './declare'

export const project = () => valued('project', 'P.headlight', 'the project, a folder')
export const run = () => valued('run', 'run', 'the number or the name of a run, where the project holds several')
export const filter = () => valued('filter', 'Q', "samples, in the gallery's filter language (below)")
export const limit = () => valued('limit', 'N', 'at most so many pictures, of all labels in turn')
export const model = () => valued('model', 'M.onnx', 'the model')
export const data = () => valued('data', 'path', 'the dataset: a folder, an archive, a table or a Parquet file')

/** Which part of a model is explained, where it holds several. */
export const modelPart = (): Option[] => [
  valued('output', 'name', 'the output with the logits, where the model has several'),
  valued('tower', 'name', 'the tower of attention layers, where the model has several'),
  valued(
    'classes',
    'file',
    'vectors of the classes, for a model that gives features: .npz, .npy, .csv, .parquet, .safetensors',
  ),
  valued(
    'prompts',
    'file',
    'prompts of the classes, for a model with a text tower (CLIP, SigLIP): a CSV with the columns name and prompt',
  ),
  valued('classes-kind', 'kind', 'how these vectors become logits, where their file does not say it', [
    'cosine',
    'linear',
  ]),
  valued(
    'features',
    'read-out',
    'how the vectors of tokens become one: of the class token, the mean of the patches, or both',
    ['cls', 'mean', 'cls+mean'],
  ),
]

export const labels = () =>
  repeated(valued('labels', 'file', 'names of the classes, or pairs of a label and its class'))
export const preprocess = () =>
  valued(
    'preprocess',
    'file',
    'the configuration that says how pictures are prepared, instead of those beside the model',
  )
export const resizeBackend = () =>
  valued('resize-backend', 'library', 'the library whose levels a resized picture gets', ['pillow', 'torchvision'])

/** How a dataset's labels are read. */
export const dataset = (): Option[] => [
  valued('label-source', 'source', 'where labels come from: a level of the path from 1, the name of a table, or none'),
  valued('match', 'way', 'match labels with classes by their order, or as numbers from 0 or 1', MATCHES),
]

export const masks = () => valued('masks', 'path', 'masks of objects, by the names of the images, or a file of boxes')

/** How masks are read. */
export const maskReading = (): Option[] => [
  valued('mask-kind', 'kind', 'what the values of masks mean', ['auto', ...MASK_KINDS]),
  valued('mask-void', 'N|none', 'the value of pixels that count for neither side'),
]

export const methods = () => valued('methods', 'list', `methods with commas between: ${METHOD_IDS.join(', ')}`)
export const settings = () =>
  repeated(valued('set', 'area.key=value', 'a setting of the methods, as gmar.alpha=0.5 or rollout.fusion=max'))

/** What computes, and in which numbers. */
export const device = (): Option[] => [
  valued('provider', 'provider', 'what computes', PROVIDERS),
  valued('precision', 'precision', 'the numbers that it computes in', PRECISIONS),
]

export const json = () => flag('json', 'print one JSON document on standard output, and nothing else there')

/** Every command over a project needs it. */
export const neededProject = () => needed(project())
