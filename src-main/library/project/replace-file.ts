import { open, rename } from 'node:fs/promises'

/** Writes a file in place of the one of that name, synced before it takes its name: it is whole at every moment. */
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
