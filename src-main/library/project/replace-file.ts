import { open, rename } from 'node:fs/promises'

/** Replaces a file in one step: the new content is synced before it takes the name, so the file is never half written. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const draft = await open(`${path}.part`, 'w')
  try {
    await draft.writeFile(content)
    await draft.sync()
  } finally {
    await draft.close()
  }
  await rename(`${path}.part`, path)
}
