/** Explain graphs are plain ONNX: standard operators only, each known to the opset it claims. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MethodSettings } from './report'
import { METHOD_IDS } from './method-catalogue'
import { differentiableOps } from '../autodiff/registry'
import { parseModel } from '../onnx/read'
import { quickRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import type { AnalysedModel, ExplainGraph } from './api'

const zoo = resolve('models/zoo')
const table = resolve('packages/explain/src/explain/fixtures/operator-opsets.json')

/** The opset that introduced each operator; written by operator-opsets.py. */
const introduced = new Map<string, number>(Object.entries(JSON.parse(readFileSync(table, 'utf8'))))
/** In no released opset: ONNX Runtime takes it in ONNX's own domain all the same. */
const UNRELEASED = ['SimplifiedLayerNormalization']

/** Settings under which every operator of the methods appears. */
const SETTINGS: MethodSettings[] = [
  { gmar: { alpha: 1, scope: 'layer', firstLayer: 0 }, rollout: { fusion: 'mean', discard: 0 } },
  { gmar: { alpha: 0, scope: 'all', firstLayer: 1 }, rollout: { fusion: 'max', discard: 0.5 } },
  { gmar: { alpha: 0.5, scope: 'layer', firstLayer: 0 }, rollout: { fusion: 'min', discard: 0.1 } },
]

const analysed = new Map<string, Promise<AnalysedModel>>()
async function explainGraphs(name: string): Promise<ExplainGraph[]> {
  if (!analysed.has(name)) analysed.set(name, analyseModel(join(zoo, name, 'model.onnx'), quickRuntime))
  const model = await analysed.get(name)!
  return SETTINGS.map((settings) => model.compile({ methods: METHOD_IDS, settings, scores: true, raw: true }))
}

it.each(readdirSync(zoo))('%s: operators of the standard domain that its opset has', async (name) => {
  for (const { bytes } of await explainGraphs(name)) {
    const graph = parseModel(bytes, name)
    expect([...graph.opsets.keys()]).toEqual([''])
    const strangers = graph.nodes.filter(({ op, domain }) => domain !== '' || !(introduced.get(op)! <= graph.opset))
    expect(strangers.map(({ qualifiedOp, label }) => `${qualifiedOp} (${label}), opset ${graph.opset}`)).toEqual([])
  }
})

it('every operator with a rule is in the table', () => {
  expect(differentiableOps.filter((op) => !introduced.has(op))).toEqual(UNRELEASED)
})

/** Debian's interpreter, whose python3-onnx (1.12) knows opsets up to 17. */
const PYTHON = '/usr/bin/python3'
const HIGHEST = 17

const CHECK = `
import sys, onnx
for name in sys.argv[1:]:
    onnx.checker.check_model(onnx.load(name), full_check=True)
    print(name)
`

function checkerVersion(): string | null {
  const { status, stdout } = spawnSync(PYTHON, ['-c', 'import onnx; print(onnx.__version__)'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

describe("ONNX's own checker", () => {
  it('accepts every explain graph that it knows the opset of', async (ctx) => {
    const version = checkerVersion()
    if (version === null) return ctx.skip(`${PYTHON} has no onnx package (Debian: apt-get install python3-onnx)`)
    const folder = mkdtempSync(join(tmpdir(), 'headlight-check-'))
    try {
      const files: string[] = []
      for (const name of readdirSync(zoo)) {
        const graphs = await explainGraphs(name)
        graphs.forEach(({ bytes }, index) => {
          if (parseModel(bytes, name).opset > HIGHEST) return
          files.push(join(folder, `${name}-${index}.onnx`))
          writeFileSync(files.at(-1)!, bytes)
        })
      }
      expect(files.length).toBeGreaterThan(20)
      const accepted = execFileSync(PYTHON, ['-c', CHECK, ...files], { encoding: 'utf8' })
      expect(accepted.trim().split('\n')).toEqual(files)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
