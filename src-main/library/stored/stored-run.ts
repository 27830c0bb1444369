/** What is stored of a run as JSON. Schemas hold what results cannot be read without; what else is there is kept as it is. */
import { z } from 'zod'
import type { Certificate } from '@headlight/explain/report'
import type { ModelInfo, RunDefinition } from '@shared/api'
import { METHOD_IDS } from '@headlight/explain/methods'
import { parseStored } from './stored-json'

const count = z.number().int().nonnegative()

const definitionSchema = z.looseObject({
  modelPath: z.string(),
  dataPath: z.string(),
  masksPath: z.string().nullable(),
  methods: z.array(z.enum(METHOD_IDS)),
  settings: z.looseObject({}),
  target: z.looseObject({ kind: z.string() }),
  preprocessing: z.looseObject({}),
  labels: z.array(z.string()),
  precision: z.string(),
  provider: z.string(),
  name: z.string(),
})

const modelSchema = z.looseObject({
  path: z.string(),
  fileName: z.string(),
  hash: z.string(),
  layers: count,
  heads: count,
  grid: z.tuple([count, count]),
  classes: count,
})

const certificateSchema = z.looseObject({ passed: z.boolean(), failures: z.array(z.string()) })

/** A row of the table of runs. */
export interface StoredRun {
  id: number
  /** Hash of the definition that it began with. */
  origin: string
  definition_hash: string
  dataset_id: number
  name: string
  definition: string
  model: string
  certificate: string | null
  created_at: string
}

/** Throws 'project-damaged'. */
export function storedDefinition({ id, definition }: Pick<StoredRun, 'id' | 'definition'>): RunDefinition {
  return parseStored(definitionSchema, definition, `the definition of run ${id}`) as unknown as RunDefinition
}

/** Throws 'project-damaged'. */
export function storedModel({ id, model }: Pick<StoredRun, 'id' | 'model'>): ModelInfo {
  return parseStored(modelSchema, model, `what run ${id} says about its model`) as unknown as ModelInfo
}

/** Null where the run has none. Throws 'project-damaged'. */
export function storedCertificate({ id, certificate }: Pick<StoredRun, 'id' | 'certificate'>): Certificate | null {
  if (certificate === null) return null
  return parseStored(certificateSchema, certificate, `the certificate of run ${id}`) as unknown as Certificate
}
