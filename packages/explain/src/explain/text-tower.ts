/** The text tower of a CLIP or SigLIP file: token numbers in, class vectors out. */
import { HeadlightError } from '../errors'
import type { Graph, ValueInfo } from '../onnx/graph'
import { floatsOf } from '../onnx/float16'
import { readModel } from '../onnx/read'
import type { LoadGraph } from '../onnx/run-graph'
import { int64, type Tensor } from '../onnx/tensor'
import { reason } from '../onnx/trace'
import { writeModel } from '../onnx/write'
import { checkClassVectors, type ClassVectors } from './class-vectors'
import { once } from './once'
import { overPrompts } from './prompts'
import type { Prompt } from './report'
import { scaleAndBias } from './tower-product'
import { findTowerInputs, findTwoTowers, type TwoTowers } from './two-towers'

/** Prompts as token numbers, all of one length. */
export interface TokenisedPrompts {
  /** Rows of token numbers. */
  ids: readonly (readonly number[])[]
  /** 1 for a token that counts, 0 for padding. */
  mask: readonly (readonly number[])[]
}

export interface TextTower {
  /** Tokens that a prompt may have, as far as the graph tells it; null where it does not. */
  context: number | null
  /** Whether `context` is also the least: the file takes no shorter prompts. */
  fixed: boolean
  /** Rows of the table of token vectors; null where none was found. */
  vocabulary: number | null
  /** Runs the tower once. `source` is what messages call the prompts. */
  embed(source: string, prompts: readonly Prompt[], tokens: TokenisedPrompts): Promise<ClassVectors>
}

/** Norms that differ by less are the same: of vectors that the file normalises. */
const SAME_NORM = 1e-3

/** Reads a file's text tower. Throws 'usage' where it has none, 'unsupported-model' where the two towers meet in another way. */
export async function openTextTower(path: string, load: LoadGraph): Promise<TextTower> {
  const graph = await readModel(path)
  const inputs = findTowerInputs(graph)
  if (!inputs) {
    const names = graph.inputs.map(({ name }) => `'${name}'`).join(', ')
    throw new HeadlightError(
      'usage',
      `Prompts need a model with two towers, for pictures and for token numbers, and this one has the inputs ${names}; give the vectors of the classes with --classes FILE, made by the text model that belongs to it.`,
    )
  }
  const towers = findTwoTowers(graph, inputs)
  const tower = towerAlone(graph, towers)
  const tables = tokenTables(tower, inputs.texts)
  const [words] = tables
  const ids =
    inputs.texts.find(({ name }) => name === words?.input) ?? (inputs.texts.length === 1 ? inputs.texts[0] : null)
  if (!ids) {
    throw new HeadlightError(
      'unsupported-model',
      `Which of the inputs ${inputs.texts.map(({ name }) => name).join(', ')} takes token numbers could not be found in the graph.`,
    )
  }
  const types = new Set(tables.slice(1).map(({ input }) => input))
  const [batch, length] = ids.dims
  const context = typeof length === 'number' ? length : positions(tower, tables)
  return {
    context,
    fixed: typeof length === 'number',
    vocabulary: words?.rows ?? null,
    embed: async (source, prompts, tokens) => {
      const rows = (input: ValueInfo) =>
        input === ids ? tokens.ids : types.has(input.name) ? tokens.ids.map((row) => row.map(() => 0)) : tokens.mask
      const feeds = Object.fromEntries(inputs.texts.map((input) => [input.name, whole(input, rows(input))]))
      const fed = { feeds, batch: typeof batch === 'number' ? batch : null }
      const embedded = await run(tower, towers, fed, load)
      return classVectors(source, prompts, embedded, {
        ...fed,
        ...towers,
        ...(await scaleAndBias(graph, towers, load)),
      })
    },
  }
}

/** What the vectors of prompts need, with these as the only output. */
function towerAlone(graph: Graph, { embeddings, texts }: TwoTowers): Graph {
  const tower = graph.clone()
  tower.outputs = [{ name: embeddings, type: 'unknown', dims: [] }]
  tower.prune()
  tower.inputs = texts.filter(({ name }) => tower.nodes.some((node) => node.reads().includes(name)))
  return tower
}

async function run(
  tower: Graph,
  { embeddings }: TwoTowers,
  fed: Parameters<typeof overPrompts>[0],
  load: LoadGraph,
): Promise<{ width: number; values: Float64Array }> {
  const given = new Set(tower.inputs.map(({ name }) => name))
  const loaded = await load({ ...writeModel(tower), once: true })
  return once(loaded, async () => {
    const parts = await overPrompts(fed, async (feeds) => {
      const own = Object.fromEntries(Object.entries(feeds).filter(([name]) => given.has(name)))
      return (await loaded.run(own, [embeddings]))[embeddings]!
    }).catch((cause: unknown) => {
      throw new HeadlightError(
        'unsupported-model',
        `ONNX Runtime does not run the text tower on these prompts: ${reason(cause)}`,
        {
          cause,
        },
      )
    })
    const width = parts[0]!.tensor.dims.at(-1)!
    return {
      width,
      values: Float64Array.from(
        parts.flatMap(({ tensor, prompts }) => [...Array.from(floatsOf(tensor)).slice(0, prompts * width)]),
      ),
    }
  })
}

/**
 * One vector a name. Prompts of one name are averaged as CLIP's authors do: each is normalised, then their mean. A single one is
 * taken as it is.
 */
function classVectors(
  source: string,
  prompts: readonly Prompt[],
  { width, values }: { width: number; values: Float64Array },
  file: Pick<TwoTowers, 'output' | 'picturesFirst'> & {
    feeds: Record<string, Tensor>
    batch: number | null
    scale: number
    bias: number
  },
): ClassVectors {
  const { scale, bias, feeds, batch, output, picturesFirst } = file
  const vector = (row: number) => values.subarray(row * width, (row + 1) * width)
  const length = (of: Float64Array) => Math.hypot(...of)
  const norms = prompts.map((_, row) => length(vector(row)))
  const norm = norms.reduce((sum, one) => sum + one, 0) / norms.length
  const names = [...new Set(prompts.map(({ name }) => name))]
  const several = names.length < prompts.length
  if (several && norms.some((one) => Math.abs(one / norm - 1) > SAME_NORM)) {
    throw new HeadlightError(
      'unsupported-model',
      'The text tower gives vectors that are not normalised, so that the templates of one class have no mean direction; give one prompt a class.',
    )
  }
  const weights = new Array<number>(prompts.length).fill(1)
  const vectors = new Float64Array(names.length * width)
  for (const [index, name] of names.entries()) {
    const rows = prompts.flatMap((prompt, row) => (prompt.name === name ? [row] : []))
    const sum = (weight: (row: number) => number) =>
      Float64Array.from({ length: width }, (_, at) =>
        rows.reduce((total, row) => total + vector(row)[at]! * weight(row), 0),
      )
    if (rows.length > 1) {
      const mean = length(sum((row) => 1 / norms[row]!))
      for (const row of rows) weights[row] = norm / (norms[row]! * mean)
    }
    vectors.set(
      sum((row) => weights[row]!),
      index * width,
    )
  }
  const made: ClassVectors = {
    ...{ source, names, width, values: vectors, kind: 'linear' },
    scale: scale === 1 ? null : scale,
    bias: bias === 0 ? null : new Float64Array(names.length).fill(bias),
    prompts: { prompts, feeds, batch, output, picturesFirst, weights, bias },
  }
  checkClassVectors(made)
  return made
}

function whole({ type }: ValueInfo, rows: readonly (readonly number[])[]): Tensor {
  const dims = [rows.length, rows[0]!.length]
  if (type === 'int64') return int64(dims, rows.flat())
  if (type === 'int32') return { type, dims, data: Int32Array.from(rows.flat()) }
  return { type: 'bool', dims, data: Uint8Array.from(rows.flat()) }
}

interface TokenTable {
  input: string
  /** The table's name. */
  data: string
  rows: number
  width: number
}

/** Tables of vectors that the text inputs are looked up in, the longest first. */
function tokenTables(graph: Graph, texts: readonly ValueInfo[]) {
  const from = new Map(texts.map(({ name }) => [name, name]))
  const tables: TokenTable[] = []
  for (const node of graph.nodes) {
    const [data, indices] = node.inputs
    const input = from.get((node.op === 'Gather' ? indices : data) ?? '')
    if (input === undefined) continue
    const dims = graph.initializers.get(data!)?.dims.map(Number)
    if (node.op === 'Gather' && dims?.length === 2) tables.push({ input, data: data!, rows: dims[0]!, width: dims[1]! })
    else if (['Cast', 'Reshape', 'Identity', 'Unsqueeze', 'Squeeze'].includes(node.op))
      from.set(node.outputs[0]!, input)
  }
  return tables.sort((a, b) => b.rows - a.rows)
}

/** Rows of the one table of positions beside the token vectors, null where the graph does not have one such table. */
function positions(graph: Graph, tables: readonly TokenTable[]): number | null {
  const rows = new Set<number>()
  for (const { op, inputs } of graph.nodes) {
    const dims = graph.initializers.get(inputs[0]!)?.dims.map(Number)
    if (
      op === 'Gather' &&
      dims?.length === 2 &&
      dims[1] === tables[0]?.width &&
      !tables.some(({ data }) => data === inputs[0])
    )
      rows.add(dims[0]!)
  }
  return rows.size === 1 ? [...rows][0]! : null
}
