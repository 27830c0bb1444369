/** Attention of single heads for single samples, answered between the batches of a run. */
import { DEFAULT_METHOD_SETTINGS } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { ExplainGraph } from '../explain/api'
import type { LoadedGraph } from '../onnx/run-graph'
import type { KnownModel } from './analysed-models'
import type { ComputeApi } from './api'
import type { DecodeSample } from './decode-sample'
import { infer } from './infer'
import type { InferenceLane } from './inference-lane'
import { onnxRuntime } from './onnx-runtime'
import { imageShape } from './session'

type Question = Parameters<ComputeApi['attention']>[0]

interface Held {
  hash: string
  graph: ExplainGraph
  loaded: LoadedGraph
}

/** Keeps the attention graph of the model that was asked about last, on the CPU: one sample is quick there. */
export class HeadAttention {
  readonly #lane: InferenceLane
  readonly #decode: DecodeSample
  #held: Held | null = null

  constructor(lane: InferenceLane, decode: DecodeSample) {
    this.#lane = lane
    this.#decode = decode
  }

  /** The head's attention from the read-out rows over the patches. Throws 'usage' for a head that is not there. */
  async ask({ info, model }: KnownModel, { preprocessing, file, layer, head }: Question) {
    if (layer >= info.layers || head >= info.heads) {
      throw new HeadlightError('usage', `The model has ${info.layers} layers of ${info.heads} heads, counted from 0.`)
    }
    const image = imageShape(info, preprocessing)
    const { values: pixels } = await this.#decode({ id: 0, file, mask: null, target: -1 }, preprocessing)
    return this.#lane.run('question', async () => {
      const { graph, loaded } = await this.#hold(info.hash, () =>
        model.compile({
          methods: [],
          settings: DEFAULT_METHOD_SETTINGS,
          scores: false,
          raw: false,
          readoutAttention: true,
        }),
      )
      const output = graph.outputs.readoutAttention!
      const { tensors } = await infer(loaded, graph, { pixels, image, targets: [-1] }, [output], 1)
      const patches = info.grid[0] * info.grid[1]
      const first = (layer * info.heads + head) * patches
      return { grid: info.grid, values: (tensors.get(output)!.data as Float32Array).slice(first, first + patches) }
    })
  }

  async #hold(hash: string, compile: () => ExplainGraph): Promise<Held> {
    if (this.#held?.hash === hash) return this.#held
    await this.#held?.loaded.release()
    this.#held = null
    const graph = compile()
    this.#held = { hash, graph, loaded: await onnxRuntime()(graph) }
    return this.#held
  }
}
