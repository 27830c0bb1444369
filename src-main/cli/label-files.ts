import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { LabelMapping, ModelFiles, ModelInfo } from '@shared/api'
import { isMapping, parseMapping } from '@shared/label-mapping'
import { readLabels } from '../compute/model-files'
import { refuseIrregular } from '@headlight/explain/files'

/** What `--labels` names: a file of class names, a file that matches labels with classes, or one of each. */
export async function readLabelFiles(
  files: readonly string[],
  model: Pick<ModelInfo & ModelFiles, 'labels' | 'classes' | 'task'>,
): Promise<{ labels: readonly string[]; labelsPath: string | undefined; labelMapping: LabelMapping | undefined }> {
  const texts = await Promise.all(files.map(readNamed))
  const mappings = texts.filter(({ name, text }) => isMapping(name, text))
  const [names, ...further] = texts.filter((file) => !mappings.includes(file))
  if (further.length > 0 || mappings.length > 1) {
    throw new HeadlightError(
      'usage',
      '--labels takes one file of class names and one that matches labels with classes.',
    )
  }
  const labels = names ? (await readLabels(names.path, model)).labels : model.labels
  const [mapping] = mappings
  const labelMapping = mapping && parseMapping(mapping.name, mapping.text, labels)
  return { labels, labelsPath: names?.path, labelMapping }
}

async function readNamed(file: string): Promise<{ path: string; name: string; text: string }> {
  await refuseIrregular(file, 'usage')
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new HeadlightError('usage', `${file} cannot be read (${cause.code}).`, { cause })
  })
  return { path: resolve(file), name: basename(file), text }
}
