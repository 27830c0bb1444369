/** A saved explain graph needs nothing of Headlight: it is run by onnxruntime-node alone, in a process of its own. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import { reference, relativeError, zoo } from '@headlight/explain/testing'
import { programFolder } from '../process/program-folder'
import { builtBackend } from '../service/testing/built-backend'
import { ownFolder } from '../service/testing/own-folder'
import { runCommandLine } from './main'

const folder = ownFolder()
afterAll(() => rmSync(folder, { recursive: true }))

/** Reads a float32 .npy by itself, feeds it, and prints the outputs as JSON. */
const RUNNER = `
const ort = require('onnxruntime-node')
const { readFileSync } = require('node:fs')
const [graph, input, dims, targets] = process.argv.slice(1)
const bytes = readFileSync(input)
const start = 10 + bytes.readUInt16LE(8)
const shape = JSON.parse(dims)
const values = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer)
ort.InferenceSession.create(graph, { logSeverityLevel: 3 }).then(async (session) => {
  const target = BigInt64Array.from(JSON.parse(targets), BigInt)
  const results = await session.run({
    [session.inputNames[0]]: new ort.Tensor('float32', values, shape),
    'headlight/target_class': new ort.Tensor('int64', target, [target.length]),
  })
  console.log(JSON.stringify(Object.fromEntries(Object.entries(results).map(([n, t]) => [n, Array.from(t.data, Number)]))))
})
`

test('gives the same numbers without Headlight as with it, and as PyTorch', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const model = join(zoo, 'timm_vit_op17')
  const graph = join(folder, 'explain.onnx')
  const input = join(model, 'pixel_values.npy')
  const options = ['--out', folder, '--target', '1,7', '--methods', 'gmar_l1,rollout', '--save-graph', graph]
  const status = await runCommandLine(
    ['explain', join(model, 'model.onnx'), '--input', input, ...options],
    builtBackend,
  )
  vi.restoreAllMocks()
  expect(status).toBe(0)
  const { dims } = parseNpy(readFileSync(input), input)
  const node = join(programFolder(), 'node_modules', '.bin', 'node')
  const args = ['-e', RUNNER, graph, input, JSON.stringify(dims), '[1,7]']
  const printed = execFileSync(node, args, { cwd: programFolder(), encoding: 'utf8' })
  const alone = JSON.parse(printed) as Record<string, number[]>
  for (const name of ['logits', 'head_l1', 'map_gmar_l1', 'map_rollout']) {
    const file = join(folder, `${name}.npy`)
    const ours = parseNpy(readFileSync(file), file).data as Float32Array
    const values = alone[`headlight/${name}`] ?? []
    expect(relativeError(values, ours), name).toBeLessThan(1e-6)
    if (!name.startsWith('map_'))
      expect(relativeError(values, reference('timm_vit_op17', name).data), name).toBeLessThan(1e-4)
  }
})
