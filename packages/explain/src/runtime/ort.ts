/**
 * ONNX Runtime for Node, loaded with its telemetry off. From version 1.29 it reports every process and session to its
 * maker unless ORT_DISABLE_TELEMETRY is set before its library is loaded, hence `require` after the assignment: imports
 * are evaluated first.
 */
import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'

process.env.ORT_DISABLE_TELEMETRY = '1'

/** The module onnxruntime-node. Loading this file throws where it is not installed. */
export const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort
