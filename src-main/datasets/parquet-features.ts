/** What the columns of a parquet file with images are, as Hugging Face's `datasets` describes them in its metadata. */
import type { FileMetaData } from 'hyparquet'
import { z } from 'zod'
import { columnRoles } from './columns'
import type { ParquetFile } from './parquet-file'

export interface ImageFeatures {
  /** The column with the image: a record {bytes, path}, or the bytes themselves. */
  image: string
  mask: string | null
  label: string | null
  /** Class names by number, null where labels are not numbers of a ClassLabel. */
  names: readonly string[] | null
  /** Small columns: neither images nor other binary content. */
  others: string[]
  /** Further columns of images. */
  unused: string[]
  /** Columns that could be the label. */
  choices: string[]
}

interface Feature {
  _type?: string
  names?: string[]
}

/** Null for a file without images inside. `labelSource` names the column of labels, or 'none'. */
export function imageFeatures({ metadata, columns }: ParquetFile, labelSource: string = 'auto'): ImageFeatures | null {
  const described = huggingFace(metadata)
  const binary = columns.filter((column) => isBinary(metadata, column))
  const images = binary.filter((column) => described[column] === undefined || described[column]._type === 'Image')
  const maskRole = columnRoles(images).mask
  const mask = maskRole ?? images.find((column) => /annotation|seg/i.test(column)) ?? null
  const [image] = [...images.filter((column) => column !== mask && /^(image|img|jpe?g|png)/i.test(column)), ...images]
  if (image === undefined) return null
  const others = columns.filter((column) => !binary.includes(column))
  const classLabels = others.filter((column) => described[column]?._type === 'ClassLabel')
  const found = columnRoles(classLabels).label ?? classLabels[0] ?? columnRoles(others).label
  const asked = others.includes(labelSource) ? labelSource : null
  const label = labelSource === 'auto' ? found : asked
  const names = (label === null ? undefined : described[label]?.names) ?? null
  const taken = mask === image ? null : mask
  const unused = images.filter((column) => column !== image && column !== taken)
  const choices = [...new Set([...classLabels, ...(found === null ? [] : [found])])]
  return { image, mask: taken, label, names, others, unused, choices }
}

/** Columns that hold lists of images: records of bytes, or binary values, inside a list. */
export function imageLists({ metadata: { row_groups }, columns }: ParquetFile): string[] {
  const leaves = row_groups[0]?.columns.flatMap(({ meta_data }) => (meta_data ? [meta_data] : [])) ?? []
  return columns.filter((column) =>
    leaves.some(
      ({ path_in_schema: path, type }) =>
        path[0] === column && path.length > 2 && type === 'BYTE_ARRAY' && path.at(-1) === 'bytes',
    ),
  )
}

/** Why the columns' description by `datasets` is not used, or only in part; null where it is used or missing. */
export function metadataFault({ metadata }: ParquetFile): string | null {
  return described(metadata).fault
}

/** Features by column, empty for a file that `datasets` did not write. */
function huggingFace(metadata: FileMetaData): Record<string, Feature | undefined> {
  return described(metadata).features
}

const featureSchema = z.object({ _type: z.string().optional() }).loose()
const namesSchema = z.array(z.string()).nullish()
/** Other programs write the key without features, which is not a fault. */
const metadataSchema = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

const NOT_USED = 'so columns count by their types and names, and numbers are not named'

function described({ key_value_metadata: pairs }: FileMetaData): {
  features: Record<string, Feature | undefined>
  fault: string | null
} {
  const pair = pairs?.find(({ key }) => key === 'huggingface')
  if (pair === undefined) return { features: {}, fault: null }
  let value: unknown
  try {
    value = JSON.parse(pair.value ?? '')
  } catch {
    return { features: {}, fault: `it is not JSON, ${NOT_USED}` }
  }
  const whole = metadataSchema.safeParse(value)
  if (!whole.success)
    return { features: {}, fault: `it has no features as the library datasets writes them, ${NOT_USED}` }
  const features: Record<string, Feature | undefined> = {}
  const faults: string[] = []
  for (const [column, feature] of Object.entries(whole.data.info?.features ?? {})) {
    // Lists of features (sequences) are written as lists.
    const { _type } = featureSchema.safeParse(feature).data ?? {}
    const names = namesSchema.safeParse((feature as { names?: unknown } | null)?.names)
    if (!names.success) faults.push(column)
    features[column] = { _type, names: names.data ?? undefined }
  }
  const fault =
    faults.length === 0 ? null : `the names of ${faults.join(', ')} are not a list of words, so numbers are not named`
  return { features, fault }
}

/** True where a column's leaves hold bytes that are not text: the column itself, or its `bytes`. */
function isBinary({ row_groups, schema }: FileMetaData, column: string): boolean {
  const paths = row_groups[0]?.columns.map(({ meta_data }) => meta_data?.path_in_schema ?? []) ?? []
  const leaf = paths.find((path) => path[0] === column && (path.length === 1 || path.at(-1) === 'bytes'))
  if (leaf === undefined || leaf.length > 2) return false
  // Elements follow their parents; a leaf's is the first of its name after its column's.
  const from = schema.findIndex(({ name }) => name === column)
  const element = schema.slice(from).find(({ name }) => name === leaf.at(-1))
  return element?.type === 'BYTE_ARRAY' && element.converted_type === undefined && element.logical_type === undefined
}
