import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificate } from '@headlight/explain/report'
import { z } from 'zod'
import type { CertificateStore } from '../runs/certificates'
import { isRegularFile } from '@headlight/explain/files'
import { configFolder } from './places'

/** Models that are remembered; those that were checked longest ago are dropped first. */
const KEPT = 200

const limits = z.object({ logit: z.number(), rowSum: z.number(), gradient: z.number() })
const fileSchema = z.object({
  key: z.string(),
  certificate: z.looseObject({
    passed: z.literal(true),
    ...{ logitError: z.number(), rowSumError: z.number(), gradientError: z.number() },
    heads: z.array(z.looseObject({})),
    precision: z.enum(['float64', 'float32']),
    limits,
    failures: z.array(z.string()),
    seconds: z.number(),
  }),
})

/** The certificates of a user: one small file a model in `folder`, for its owner's eyes only. */
export function certificateStore(folder = join(configFolder(), 'certificates')): CertificateStore {
  const fileOf = (key: string) => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`)
  return {
    async read(key) {
      if (!isRegularFile(fileOf(key))) return undefined
      try {
        const stored = fileSchema.parse(JSON.parse(await readFile(fileOf(key), 'utf8')))
        return stored.key === key ? (stored.certificate as unknown as Certificate) : undefined
      } catch {
        // Damaged: the certificate is computed.
        return undefined
      }
    },
    async write(key, certificate) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const draft = `${fileOf(key)}.${process.pid}`
        await writeFile(draft, `${JSON.stringify({ key, certificate })}\n`, { mode: 0o600 })
        await rename(draft, fileOf(key))
        await forgetOldest(folder)
      } catch (error) {
        // The certificate is right, but not kept: the next check computes it again.
        console.error(`The certificate could not be kept for other projects: ${String(error)}`)
      }
    },
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const files = (await readdir(folder)).map((name) => join(folder, name))
  if (files.length <= KEPT) return
  const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })))
  const oldest = dated.sort((a, b) => a.at - b.at).slice(0, files.length - KEPT)
  for (const { file } of oldest) await rm(file, { force: true })
}
