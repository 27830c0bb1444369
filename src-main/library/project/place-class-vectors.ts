/** Files of class vectors in a project: a copy and a compressed backup, both named after their content and written in one step. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { classVectorsBackup, keptClassVectors } from '@shared/kept-class-vectors'
import { replaceFile } from './replace-file'

export async function placeCopy(project: string, hash: string, bytes: Uint8Array): Promise<void> {
  await place(keptClassVectors(project, hash), bytes)
}

export async function placeBackup(project: string, hash: string, bytes: Uint8Array): Promise<void> {
  await place(classVectorsBackup(project, hash), await promisify(gzip)(bytes))
}

async function place(file: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await replaceFile(file, content)
}
