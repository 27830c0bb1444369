/** That tokens which are taken to lie elsewhere are noticed. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'
import { checkTokens } from './check-tokens'
import { noise } from './random'
import { findTokenChain } from './token-chain'
import type { TokenField } from './tokens/token-field'

it.each(['swin', 'segformer', 'sam', 'cait'])(
  'tokens of %s that are mirrored, turned or of other windows are noticed',
  async (family) => {
    const load = onnxRuntime()
    const file = join(import.meta.dirname, 'fixtures/families', family, 'model.onnx')
    const { graph, facts, attentions } = (await analyseModel(file, load)).anatomy!
    const { flow } = findTokenChain(graph, facts, attentions)
    const sites = attentions.layers.map(([site]) => site!)
    const image = noise([1, ...(graph.inputs[0]!.dims.slice(1) as number[])], 7)
    const check = (of: typeof flow.of) => checkTokens(graph, facts, { ...flow, of }, sites, image, load)
    expect(await check(flow.of)).toEqual([])
    const [field] = flow.of.get(sites[0]!.values) as [TokenField]
    const count = field.space.size
    const side = Math.sqrt(count)
    const others: ((label: number) => number)[] = [
      (label) => count - 1 - label,
      (label) => (label % side) * side + Math.floor(label / side),
      (label) => (label * 7) % count,
    ]
    for (const other of others) {
      const labels = field.labels.map((label) => (label < 0 ? label : other(label)))
      await expect(check(new Map(flow.of).set(sites[0]!.values, [{ ...field, labels }]))).rejects.toThrow(
        /layer 0 .* could not be confirmed/,
      )
    }
  },
  120_000,
)
