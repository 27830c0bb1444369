import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RecentProjects } from '../service/recent-projects'
import { ownFolder } from '../service/testing/own-folder'
import { openIt } from './open-it'

let folder: string
beforeEach(() => (folder = ownFolder()))
afterEach(() => rmSync(folder, { recursive: true }))

test('a project of the command line is the first of those that the window lists', async () => {
  for (const name of ['Former', 'My demo']) {
    const path = join(folder, `${name}.headlight`)
    mkdirSync(path)
    expect(await openIt(path)).toContain('npm start')
  }
  expect((await new RecentProjects().list()).map(({ name }) => name)).toEqual(['My demo', 'Former'])
  expect(await openIt(join(folder, 'My demo.headlight'))).toContain(`'${join(folder, 'My demo.headlight')}'`)
})
