/** Before all unit tests of the program: its entries are built, anew where a source is younger. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { programFolder } from '../../process/program-folder'

export default async function ensureBuilt(): Promise<void> {
  const prepare: unknown = await import(pathToFileURL(join(programFolder(), 'scripts', 'lib', 'prepare.mjs')).href)
  await (prepare as { ensureBuilt(): Promise<void> }).ensureBuilt()
}
