/** The features of a picture as a class vector: how alike other pictures are to it, or to the mean of those of a folder. */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ClassVectors } from '@headlight/explain'
import type { ClassVectorsFile, ModelChoice } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { SampleLocation } from '../../datasets/location'
import { openDataset } from '../../datasets/open-dataset'
import { withChosenFiles } from '../chosen-files'
import { decodeSample } from '../decode-sample'
import type { TextFiles } from '../json-file'
import { findModelFiles, pictureSizeBeside } from '../model-files'
import { featuresModel } from './features-model'
import { meanDirection } from './mean-direction'
import { hashOfVectors, type ReadClassVectors } from './read-class-vectors'

/** Of pictures that cannot be read, so many are named. */
const NAMED = 3

type Like = Pick<ClassVectorsFile, 'path'> & { like: NonNullable<ClassVectorsFile['like']> }

/**
 * One vector of length 1 that is compared by cosine, and the output whose features it is of.
 * @throws HeadlightError 'not-found' for a path that is not there, 'usage' where the model gives no features, and what reading pictures throws
 */
export async function pictureVectors(
  modelPath: string,
  { path, like }: Like,
  choice: ModelChoice,
  texts?: TextFiles,
): Promise<ReadClassVectors & { output: string }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no picture or folder ${path} to compare with.`, { cause })
  })
  const imageSize = (await pictureSizeBeside(modelPath, texts)) ?? undefined
  const of = await featuresModel(modelPath, choice, imageSize)
  const { width } = of
  const { classVectors: _, ...report } = of.model.report
  const info = { ...report, path: modelPath, fileName: basename(modelPath), hash: '', bytes: 0 }
  const beside = { ...info, ...(await findModelFiles(modelPath, info, texts)), taskSource: '' }
  const { preprocessing } = await withChosenFiles(beside, like, texts)
  const { pictures, notes } =
    found.isDirectory() || like.label !== undefined ? await picturesOf(path, like) : { pictures: [path], notes: [] }
  const { values, count, unreadable } = await meanDirection(of, pictures, { preprocessing, decode: decodeSample })
  const name = `like ${like.label ?? basename(path)}`
  const vectors: ClassVectors = {
    ...{ source: name, names: [name], width, values },
    kind: 'cosine',
    scale: null,
    bias: null,
  }
  const reference =
    pictures.length === 1
      ? `the features of ${basename(path)}`
      : `the mean direction of the features of ${count} pictures ${like.label === undefined ? 'in' : `of the label ${like.label} in`} ${basename(path)}`
  return {
    ...vectors,
    output: of.output,
    hash: hashOfVectors(vectors),
    namesFrom: name,
    kindAsked: false,
    passedOver: [],
    notes: [
      `The explained scalar is the cosine with ${reference}, which are kept as they are; the preprocessing is from ${preprocessing.source}. It is 1 for the same direction.${pictures.length > 1 ? '' : ' Of the picture itself every gradient is 0.'}`,
      ...(unreadable.length > 0
        ? [
            `${unreadable.length} of ${pictures.length} pictures could not be read and are not in the mean: ${unreadable.slice(0, NAMED).join(' ')}`,
          ]
        : []),
      ...notes,
    ],
  }
}

/** The pictures of a dataset, or those of one of its labels, and what of it is passed over. */
async function picturesOf(
  path: string,
  { label, labelSource }: Like['like'],
): Promise<{ pictures: SampleLocation[]; notes: string[] }> {
  const { samples, problems, passedOver } = await (await openDataset(path)).list({ labelSource })
  const chosen = label === undefined ? samples : samples.filter((sample) => sample.label === label)
  if (chosen.length === 0) {
    const what = label === undefined ? 'no pictures' : `no picture of the label '${label}'`
    throw new HeadlightError('usage', `${path} holds ${what} to compare with.`)
  }
  const left = passedOver.map(({ count, what, why }) => `Of ${path} was passed over: ${count} × ${what}, ${why}.`)
  return { pictures: chosen.map(({ location }) => location), notes: [...left, ...problems] }
}
