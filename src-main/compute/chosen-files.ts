import { basename, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { ModelFiles, ModelInfo } from '@shared/api'
import { isMapping, parseMapping } from '@shared/label-mapping'
import { preprocessingMismatch } from '@shared/preprocessing'
import { standingWarnings } from '@shared/preprocessing-changes'
import { withResizeBackend } from '@shared/resize-backend'
import type { ChosenFiles, InspectedModel } from './api'
import { TextFiles } from './json-file'
import { readLabels, readPreprocessing } from './model-files'
import { assertSupported } from './supported'

/**
 * The model with the preprocessing and class names that the user named in place of those found beside it. Throws
 * 'unsupported-model', and 'usage' for a file that does not fit the model.
 */
export async function withChosenFiles(
  model: ModelInfo & ModelFiles,
  { preprocessing, preprocessPath, labelsPath, labelFiles = [], resizeBackend }: ChosenFiles,
  texts = new TextFiles(),
): Promise<InspectedModel> {
  assertSupported(model)
  const chosen = { ...model }
  if (preprocessPath) {
    const found = await readPreprocessing(resolve(preprocessPath), model, texts)
    chosen.preprocessing = found.preprocessing
    chosen.preprocessingOrigins = found.origins
    chosen.preprocessingWarnings = found.warnings
    chosen.warnedParts = found.warnedParts
  }
  if (preprocessing) {
    const mismatch = preprocessingMismatch(preprocessing, model)
    if (mismatch) {
      throw new HeadlightError('usage', `The preprocessing does not fit ${model.fileName}: it ${mismatch}.`)
    }
    chosen.preprocessingWarnings = standingWarnings(chosen, preprocessing)
    chosen.preprocessing = preprocessing
  }
  if (resizeBackend) chosen.preprocessing = withResizeBackend(chosen.preprocessing, resizeBackend)
  const { namesPath, mapping } = await tellApart(labelFiles, texts)
  const names = namesPath ?? labelsPath
  if (names) Object.assign(chosen, await readLabels(resolve(names), model, texts))
  if (!mapping) return chosen
  return { ...chosen, labelMapping: parseMapping(basename(mapping.file), mapping.text, chosen.labels) }
}

/** The file of class names and the one that matches labels with classes. */
async function tellApart(files: readonly string[], texts: TextFiles) {
  const read = await Promise.all(files.map(async (file) => ({ file, text: await textOf(resolve(file), texts) })))
  const mappings = read.filter(({ file, text }) => isMapping(basename(file), text))
  const [names, ...further] = read.filter((file) => !mappings.includes(file))
  if (further.length > 0 || mappings.length > 1) {
    throw new HeadlightError(
      'usage',
      '--labels takes one file of class names and one that matches labels with classes.',
    )
  }
  return { namesPath: names?.file, mapping: mappings[0] }
}

async function textOf(file: string, texts: TextFiles): Promise<string> {
  const text = await texts.text(file)
  if (text === null) throw new HeadlightError('usage', `${file} cannot be read (ENOENT).`)
  return text
}
