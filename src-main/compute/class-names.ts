/** Class names in the files that people keep them in. */
import path from 'node:path'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { FoundLabels } from '@shared/api'
import { readJson, readText } from './json-file'
import { timmSchema } from './timm-preprocessing'

type ClassNames = Omit<FoundLabels, 'labelsSource'>

const byNumber = z.record(z.string().regex(/^\d+$/), z.string())
const labelsSchema = z.union([z.array(z.unknown()), z.looseObject({ id2label: byNumber.nullish() })])

/**
 * Class names by index: transformers' config.json (id2label), id2label by itself, timm's config.json (label_names), a
 * JSON list, or a text with one name a line. Null where the file is missing or holds none.
 */
export async function readClassNames(file: string): Promise<ClassNames | null> {
  if (!file.endsWith('.json')) return fromLines(await readText(file))
  const content = await readJson(file, labelsSchema)
  if (content === null) return null
  const name = path.basename(file)
  if (Array.isArray(content)) {
    const names = z.array(z.string()).min(1).safeParse(content)
    return names.success ? named(names.data) : null
  }
  if (content.id2label) return named(byIndex(content.id2label, name))
  if ('pretrained_cfg' in content) return fromTimm((await readJson(file, timmSchema))!)
  const bare = byNumber.safeParse(content)
  return bare.success && '0' in bare.data ? named(byIndex(bare.data, name)) : null
}

function fromLines(text: string | null): ClassNames | null {
  const lines = text
    ?.replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
  while (lines?.at(-1) === '') lines.pop()
  return lines?.length ? named(lines) : null
}

/** timm's label_names are synsets where label_descriptions say what they mean. */
function fromTimm(config: z.infer<typeof timmSchema>): ClassNames | null {
  const keys = config.label_names ?? config.pretrained_cfg.label_names
  if (!keys) return null
  const descriptions = config.label_descriptions ?? config.pretrained_cfg.label_descriptions
  if (!descriptions) return named(keys)
  return { labels: keys.map((key) => (Object.hasOwn(descriptions, key) ? descriptions[key]! : key)), labelKeys: keys }
}

function named(labels: string[]): ClassNames {
  return { labels, labelKeys: null }
}

function byIndex(id2label: Record<string, string>, name: string): string[] {
  const labels: string[] = []
  for (const [index, label] of Object.entries(id2label)) labels[Number(index)] = label
  if (labels.length !== Object.keys(id2label).length) {
    throw new HeadlightError('usage', `${name} cannot be used: the numbers in 'id2label' have gaps.`)
  }
  return labels
}
