import { z } from 'zod'
import { parseStored } from './stored-json'

const metadataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

type Metadata = Record<string, string | number | boolean>

/** What a dataset says about a sample besides its label; null for nothing. Throws 'project-damaged'. */
export function storedMetadata(text: string | null): Metadata | null {
  return text === null ? null : (parseStored(metadataSchema, text, 'what the dataset says about a sample') as Metadata)
}
