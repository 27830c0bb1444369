/** The finished demo of one run of the tests: the first worker that wants it computes it, the others wait. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { CERTIFICATES, finishDemo } from './program'

const folderOf = (runner: number) => join(tmpdir(), `headlight-e2e-demo-${runner}`)

export interface SharedDemo {
  /** The finished project. */
  project: string
  /** Where the certificate of its model is kept. */
  certificates: string
}

/** Workers are children of the runner. Throws what the worker that computed it met. */
export async function sharedDemo(): Promise<SharedDemo> {
  const folder = folderOf(process.ppid)
  const [ready, failed] = [join(folder, 'ready.headlight'), join(folder, 'failed')]
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    try {
      await rename(await finishDemo(folder), ready)
    } catch (error) {
      await writeFile(failed, '')
      throw error
    }
  }
  while (!existsSync(ready)) {
    if (existsSync(failed)) throw new Error('Another worker could not run the demo.')
    await setTimeout(200)
  }
  return { project: ready, certificates: join(folder, CERTIFICATES) }
}

/** Before and after all tests, in the runner: nothing of another run of the same process id is taken for this one's. */
export default async function removeSharedDemo(): Promise<void> {
  await rm(folderOf(process.pid), { recursive: true, force: true, maxRetries: 3 })
}
