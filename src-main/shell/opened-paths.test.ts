import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { handedPaths, openedPaths } from './opened-paths'

const folder = mkdtempSync(join(tmpdir(), 'headlight-opened-'))
writeFileSync(join(folder, 'vit.onnx'), '')
mkdirSync(join(folder, 'My review.headlight'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what is there is opened; options and the program itself are not', () => {
  const argv = ['/opt/Headlight/headlight', '--no-sandbox', 'vit.onnx', '--original-process-start-time=1', 'gone.onnx']
  expect(openedPaths([...argv, join(folder, 'My review.headlight')], 1, folder)).toEqual([
    join(folder, 'vit.onnx'),
    join(folder, 'My review.headlight'),
  ])
  expect(openedPaths(['electron', '.', 'vit.onnx'], 2, folder)).toEqual([join(folder, 'vit.onnx')])
})

test('what another start hands over is taken for paths only where it is a list of them', () => {
  expect(handedPaths({ paths: ['/a', 3, '/b'] })).toEqual(['/a', '/b'])
  for (const other of [null, undefined, 'x', { paths: '/a' }, []]) expect(handedPaths(other)).toEqual([])
})
