/** Copies of class vectors: they go with the last run that uses them, and come back from their backups. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  CLASS_VECTORS_BACKUPS,
  CLASS_VECTORS_FOLDER,
  classVectorsBackup,
  keptClassVectors,
} from '@shared/kept-class-vectors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Library } from '../library'
import { definitionOf, model, writeImages } from '../library-fixture'

let folder: string
let library: Library
const project = () => join(folder, 'P.headlight')
const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)]
const copyOf = (hash: string) => keptClassVectors(project(), hash)
const backupOf = (hash: string) => classVectorsBackup(project(), hash)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-vectors-'))
  library = new Library()
  await writeImages(join(folder, 'images'), ['Coat/1.png'])
  await library.project.create({ path: project() })
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

/** A run of class vectors whose copy is there, as a former version left it: without a backup. */
async function begun(name: string, hash: string): Promise<number> {
  const classVectors = { hash, source: 'probe.npz', kind: 'cosine' as const }
  const definition = { ...definitionOf(join(folder, 'images')), name, classVectors }
  mkdirSync(dirname(copyOf(hash)), { recursive: true })
  writeFileSync(copyOf(hash), `vectors ${hash}`)
  return (await library.runs.begin({ definition, model, certificate: null })).id
}

async function reopened() {
  await library.project.close()
  return library.project.open({ path: project() })
}

test('the copy and its backup go with the last run that uses them, and nothing else of the folder', async () => {
  const first = await begun('one', ONE)
  await begun('two', TWO)
  await begun('three', TWO)
  const { runs } = await reopened()
  writeFileSync(join(project(), CLASS_VECTORS_FOLDER, 'mine.npz'), 'of the user')
  await library.runs.delete({ runId: first })
  await library.runs.delete({ runId: runs[1]!.id })
  // Until the project closes, deleting can be undone.
  expect(existsSync(copyOf(ONE))).toBe(true)
  await library.project.close()
  expect(readdirSync(join(project(), CLASS_VECTORS_FOLDER)).sort()).toEqual([`${TWO}.safetensors`, 'mine.npz'])
  expect(readdirSync(join(project(), CLASS_VECTORS_BACKUPS))).toEqual([`${TWO}.safetensors.gz`])
})

test.each([
  ['is gone', () => rmSync(copyOf(ONE)), 'was gone'],
  ['is damaged', () => writeFileSync(copyOf(ONE), 'vectors of nobody'), 'was damaged'],
])('a copy that %s is put back from its backup, which says so', async (_, harm, said) => {
  await begun('one', ONE)
  expect((await reopened()).notices).toEqual([])
  expect(gunzipSync(readFileSync(backupOf(ONE))).toString()).toBe(`vectors ${ONE}`)
  await library.project.close()
  harm()
  const { notices } = await library.project.open({ path: project() })
  expect(notices).toEqual([expect.stringContaining(said)])
  expect(readFileSync(copyOf(ONE), 'utf8')).toBe(`vectors ${ONE}`)
  expect((await reopened()).notices).toEqual([])
})

test('a damaged backup is made anew of the copy; where both are gone the check of the project says so', async () => {
  await begun('one', ONE)
  await reopened()
  writeFileSync(backupOf(ONE), 'no archive')
  await reopened()
  expect(gunzipSync(readFileSync(backupOf(ONE))).toString()).toBe(`vectors ${ONE}`)
  for (const file of [copyOf(ONE), backupOf(ONE)]) rmSync(file)
  expect((await reopened()).notices).toEqual([expect.stringMatching(/are gone, and so is their backup.*1{64}/)])
  const { ok, problems } = await library.upkeep.check({ deep: false })
  expect(ok).toBe(false)
  expect(problems.join(' ')).toContain(`${CLASS_VECTORS_FOLDER}/${ONE}.safetensors: is missing`)
})

test('a project opens where a backup cannot be written, and says so', async () => {
  await begun('one', ONE)
  // A folder stands where the file would be.
  mkdirSync(backupOf(ONE), { recursive: true })
  const { notices, runs } = await reopened()
  expect(notices).toEqual([expect.stringContaining('could not be compared with their backup')])
  expect(runs).toHaveLength(1)
})
