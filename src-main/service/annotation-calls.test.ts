import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Library } from '../library/library'
import { definitionOf, model, writeImages } from '../library/library-fixture'
import { annotationHandlers } from './annotation-calls'
import type { ServiceContext } from './handlers'

let folder: string
let library: Library
let told: unknown[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-annotation-calls-'))
  library = new Library()
  told = []
  await writeImages(join(folder, 'images'), ['Coat/1.png'])
  await library.project.create({ path: join(folder, 'P.headlight') })
  await library.runs.begin({ definition: definitionOf(join(folder, 'images')), model, certificate: null })
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

test('windows are told of what an import, and undoing it, changed before they failed', async () => {
  const context = { library, emit: (name: string, event: object) => told.push({ name, ...event }) }
  const calls = annotationHandlers(context as unknown as ServiceContext)
  const count = async () => (await calls['annotations.ofSamples']({ ids: Uint32Array.of(1) }))[0]?.annotations.length
  const annotations = Array.from({ length: 600 }, (_, i) => ({
    ...{
      sample: 'Coat/1.png',
      kind: 'note',
      text: `note ${i}`,
      reviewer: `r${i}`,
      changedAt: '2026-01-01T00:00:00.000Z',
    },
  }))
  const text = JSON.stringify({ format: 'headlight-annotations', version: 1, annotations })
  const file = { name: 'long.json', content: new Uint8Array(Buffer.from(text)) }
  const anything = { name: 'annotations.changed', samples: new Uint32Array(), terms: true }

  await calls['annotations.import'](file)
  expect(told.splice(0)).toEqual([{ name: 'annotations.changed', samples: Uint32Array.of(1), terms: false }])
  damage(1)
  await expect(calls['annotations.undo']({})).rejects.toMatchObject({ code: 'project-damaged' })
  expect(told.splice(0)).toEqual([anything])
  damage(-1)
  expect(await count()).toBe(100)
  await calls['annotations.undo']({})
  expect(await count()).toBe(0)
  told.splice(0)

  await calls['annotations.change']({
    changes: [{ kind: 'note', ids: Uint32Array.of(1), text: 'mine' }],
    reviewer: 'r550',
  })
  told.splice(0)
  damage(1)
  await expect(calls['annotations.import'](file)).rejects.toMatchObject({ code: 'project-damaged' })
  expect(told).toEqual([anything])
  damage(-1)
  expect(await count()).toBe(501)
})

/** The note of one reviewer, as no part of the program writes it. */
function damage(by: number): void {
  const file = new Sqlite(join(folder, 'P.headlight', 'review.sqlite'))
  file.exec(`UPDATE annotation SET checksum = checksum + ${by} WHERE reviewer = 'r550'`)
  file.close()
}
