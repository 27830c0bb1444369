/** Maps of a model whose weights are shuffled, held against its own (Adebayo et al. 2018, arXiv 1810.03292). */
import type { AnalysedModel, ExplainOptions, ShuffledBlocks, ShuffledGraph } from '@headlight/explain'
import { infer } from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import { randomisationColumn } from '@shared/evaluation/metrics'
import { spearman } from '@shared/heatmap/agreement'
import type { ProviderChoice } from '@shared/api'
import type { InferenceLane } from '../inference-lane'
import { onnxRuntime } from '../onnx-runtime'
import { controlMap } from './controls'
import type { Subject } from './measurement'

const SEED = 1
const BLOCKS: readonly ShuffledBlocks[] = ['last', 'all']

/** Maps of a sample by method, `[P]`. */
export type SampleMaps = ReadonlyMap<string, Float32Array>

export class Randomisation {
  readonly #shuffled: readonly { graph: ShuffledGraph; loaded: LoadedGraph }[]
  readonly #lane: InferenceLane

  private constructor(shuffled: readonly { graph: ShuffledGraph; loaded: LoadedGraph }[], lane: InferenceLane) {
    this.#shuffled = shuffled
    this.#lane = lane
  }

  /** Whether the shuffled blocks lie between residual sums; otherwise between successive products A V. */
  get residual(): boolean {
    return this.#shuffled.every(({ graph }) => graph.residual)
  }

  static async open(
    model: AnalysedModel,
    options: ExplainOptions,
    { provider, precision }: ProviderChoice,
    lane: InferenceLane,
  ): Promise<Randomisation> {
    const shuffled = []
    for (const blocks of BLOCKS) {
      const graph = await model.compileShuffled(options, blocks, SEED)
      shuffled.push({ graph, loaded: await lane.run('batch', () => onnxRuntime({ provider, precision })(graph)) })
    }
    return new Randomisation(shuffled, lane)
  }

  /** Of each subject, its maps under the last block's and under all blocks' shuffled weights, for the same class. */
  async maps(subjects: readonly Subject[]): Promise<SampleMaps[][]> {
    const [first] = subjects
    if (!first) return []
    const { image } = first.places
    const stride = first.pixels.length
    const pixels = new Float32Array(subjects.length * stride)
    subjects.forEach((subject, at) => pixels.set(subject.pixels, at * stride))
    const input = { pixels, image, targets: subjects.map(({ predicted }) => predicted) }
    const found: SampleMaps[][] = subjects.map(() => [])
    for (const { graph, loaded } of this.#shuffled) {
      const maps = Object.entries(graph.outputs.maps)
      const names = maps.map(([, name]) => name)
      const { tensors } = await this.#lane.run('batch', () => infer(loaded, graph, input, names, subjects.length))
      subjects.forEach((_, at) => {
        const own = maps.map(([method, name]) => {
          const { data } = tensors.get(name)!
          const size = data.length / subjects.length
          return [method, (data as Float32Array).subarray(at * size, (at + 1) * size)] as const
        })
        found[at]!.push(new Map(own))
      })
    }
    return found
  }

  async close(): Promise<void> {
    for (const { loaded } of this.#shuffled) await loaded.release()
  }
}

/**
 * Spearman's correlation over patches of a method's map with its maps under shuffled weights; of a control with the next image's
 * map, or the Gaussian in the middle, in their place. NaN where one of them is constant.
 */
export function randomisationValues(
  column: string,
  own: SampleMaps,
  others: { shuffled: readonly SampleMaps[]; next: SampleMaps | null },
  grid: readonly [number, number],
): number[] {
  const { method, control } = randomisationColumn(column)
  const map = own.get(method)!
  const against = {
    none: () => others.shuffled.map((maps) => maps.get(method)),
    next: () => BLOCKS.map(() => others.next?.get(method)),
    centre: () => BLOCKS.map(() => controlMap('centre', grid, 0)),
  }[control ?? 'none']()
  return against.map((other) => (other ? (spearman(map, other) ?? NaN) : NaN))
}
