/**
 * ONNX's own node tests (fixtures/onnx-node-tests.jsonl.gz, Apache licence beside it): each single-operator model is
 * read, rewritten and differentiated, or refused by name. None may be wrong, none may crash. As it was written, of 1,841
 * cases 520 had the right gradients, 429 the right outputs and no gradient to compare with, and 892 were refused: 395 for
 * their opset, 281 without a rule, 96 for their types, 67 that ONNX Runtime does not run, 53 for other named reasons.
 */
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { readNodeCases, runNodeCase, type Outcome } from './testing/node-suite'

const { cases } = readNodeCases(resolve('packages/explain/src/explain/fixtures/onnx-node-tests.jsonl.gz'))
const load = onnxRuntime()
const long = process.env.HEADLIGHT_LONG === '1'
/** Every case in the long tests (1,841 with onnx 1.23.2), one of twelve otherwise. */
const chosen = long ? cases : cases.filter((_, index) => index % 12 === 0)

it(`${chosen.length} of ${cases.length} cases are right or refused by name`, { timeout: 900_000 }, async () => {
  const outcomes = new Map<string, Outcome>()
  for (const test of chosen) outcomes.set(test.name, await runNodeCase(test, load))
  const of = (kind: Outcome['kind']) =>
    [...outcomes].filter(([, outcome]) => outcome.kind === kind).map(([name, { detail }]) => `${name}: ${detail}`)
  expect({ wrong: of('wrong'), crash: of('crash') }).toEqual({ wrong: [], crash: [] })
  // Refusing everything would be right as well.
  expect(of('right').length / chosen.length).toBeGreaterThan(0.25)
})
