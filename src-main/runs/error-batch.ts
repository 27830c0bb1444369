import { toErrorValue } from '@shared/errors'
import type { RunInfo } from '@shared/api'
import type { BatchResult } from '../compute/api'
import type { PendingSample } from '../library/run/api'

/** A batch without results that records why one sample has none. */
export function errorOnly(run: RunInfo, sample: PendingSample, error: unknown): BatchResult {
  const { code, message } = toErrorValue(error)
  const { layers, heads, grid } = run.model
  return {
    ids: new Uint32Array(),
    width: new Uint32Array(),
    height: new Uint32Array(),
    bytes: new Float64Array(),
    hash: [],
    prediction: new Int32Array(),
    target: new Int32Array(),
    topK: 1,
    topClass: new Int32Array(),
    topLogit: new Float32Array(),
    topProbability: new Float32Array(),
    layers,
    heads,
    grid,
    headL1: null,
    headL2: null,
    headTaylor: null,
    maps: [],
    attention: null,
    localisation: [],
    unmeasured: [],
    errors: [{ id: sample.id, code, message: `This image was left out: ${message}` }],
    timing: { decodeMs: 0, inferMs: 0 },
  }
}
