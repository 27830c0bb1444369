import { type ErrorCode, HeadlightError } from '@shared/errors'
import type { ModelInfo } from '@shared/api'
import type { BatchResult, ComputeApi, PrepareOptions, PreparedSession, SampleInput } from '../../compute/api'
import { modelChanged } from '../../compute/model-changed'
import type { Remote } from '../../process'
import type { ComputeSource } from '../compute-source'

/** A compute process that gives made-up results and dies on demand, taking every batch under way with it. */
export class ScriptedCompute implements ComputeSource {
  /** Ids of all samples that got a result, in order. */
  readonly computed: number[] = []
  processes = 0
  mostUnderWay = 0
  dies: (ids: number[]) => boolean = () => false
  /** Holds a batch back for as long as it wants. */
  beforeResult: (ids: number[]) => Promise<void> = async () => undefined
  /** Samples that fail, with the kind of their error. */
  fails: (id: number) => ErrorCode | null = () => null
  /** Whether the mask of a sample cannot be read. */
  unreadableMask: (id: number) => boolean = () => false
  afterBatch: () => void = () => undefined
  /** The next looks at the model find another model at the path, this many times. */
  otherModels = 0
  failsToPrepare: HeadlightError | null = null
  readonly #model: ModelInfo
  readonly #batch: number
  #current: Remote<ComputeApi> | null = null
  #kill: (() => void) | null = null

  constructor(model: ModelInfo, batch: number) {
    this.#model = model
    this.#batch = batch
  }

  acquire(): Remote<ComputeApi> {
    this.#current ??= this.#start()
    return this.#current
  }

  end(): void {
    this.#current = null
    this.#kill?.()
  }

  #start(): Remote<ComputeApi> {
    this.processes++
    const death = Promise.withResolvers<never>()
    death.promise.catch(() => undefined)
    this.#kill = () => death.reject(new HeadlightError('process-died', 'The compute process was ended.'))
    let queue: Promise<unknown> = Promise.resolve()
    let underWay = 0

    const compute = async (samples: SampleInput[]): Promise<BatchResult> => {
      await new Promise(setImmediate)
      const ids = samples.map(({ id }) => id)
      if (this.dies(ids)) {
        this.#current = null
        death.reject(new HeadlightError('process-died', 'The compute process ended unexpectedly.'))
        return death.promise
      }
      await this.beforeResult(ids)
      this.computed.push(...ids)
      this.afterBatch()
      return this.#results(ids)
    }
    return {
      checkModel: async () => {
        if (this.otherModels-- > 0) throw modelChanged(this.#model)
      },
      prepare: async (options: PrepareOptions): Promise<PreparedSession> => {
        if (this.failsToPrepare) {
          this.#current = null
          throw this.failsToPrepare
        }
        const batch = options.batch === 'auto' ? this.#batch : Math.min(options.batch, this.#batch)
        const choice = { provider: 'cpu', precision: 'fp32', passedOver: [] } as const
        return { session: this.processes, model: this.#model, choice: { ...choice, passedOver: [] }, batch }
      },
      run: (_session: number, samples: SampleInput[]) => {
        this.mostUnderWay = Math.max(this.mostUnderWay, ++underWay)
        const result = queue.then(() => compute(samples))
        queue = result.catch(() => undefined)
        return Promise.race([result, death.promise]).finally(() => --underWay)
      },
      close: async () => undefined,
    } as unknown as Remote<ComputeApi>
  }

  #results(all: number[]): BatchResult {
    const { layers, heads, grid } = this.#model
    const ids = all.filter((id) => this.fails(id) === null)
    const errors = all.flatMap((id) => {
      const code = this.fails(id)
      return code === null ? [] : [{ id, code, message: `Image ${id} failed.` }]
    })
    const each = ids.length
    return {
      ids: Uint32Array.from(ids),
      width: new Uint32Array(each).fill(4),
      height: new Uint32Array(each).fill(4),
      bytes: new Float64Array(each).fill(10),
      hash: ids.map((id) => String(id).padStart(64, '0')),
      prediction: new Int32Array(each),
      target: new Int32Array(each),
      topK: 1,
      topClass: new Int32Array(each),
      topLogit: new Float32Array(each),
      topProbability: new Float32Array(each).fill(0.9),
      layers,
      heads,
      grid,
      headL1: null,
      headL2: null,
      headTaylor: null,
      maps: [{ method: 'raw', values: new Float32Array(each * grid[0] * grid[1]).fill(0.25) }],
      attention: null,
      localisation: [],
      unmeasured: [...ids].filter(this.unreadableMask).map((id) => ({ id, kind: 'unreadable', message: 'Not there.' })),
      errors,
      timing: { decodeMs: 0, inferMs: 0 },
    }
  }
}
