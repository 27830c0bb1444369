/** If nodes whose condition no pixel changes, as exporters write for questions about shapes, replaced by the branch that is taken. */
import type { GraphProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { constantNodesToInitializers } from './constant-nodes'
import { edited } from './edited-message'
import { checkNodeCount, type Graph } from './graph'
import { GraphNode } from './node'
import type { LoadGraph, LoadedGraph } from './run-graph'
import { denseTensor } from './sparse-tensor'
import type { Tensor } from './tensor'
import { pixelIndependent } from './trace'
import { writeModel } from './write'

/** Branches may hold further If nodes. A file that nests them deeper is refused. */
const DEEPEST = 32

/** The image of a batch, by the first of the shapes that the model runs on. */
export interface ImagesToTry {
  /** Shapes `[channels, height, width]`, best first. */
  shapes: readonly number[][]
  /** Makes `[batch, ...shape]`. */
  image: (batch: number, shape: readonly number[]) => Tensor
}

/**
 * Replaces every If by the branch that the model takes, in place. The conditions are computed by running the model on one image and
 * on two. Throws 'unsupported-model' where a condition depends on pixels or on the number of images.
 */
export async function resolveConditionals(graph: Graph, images: ImagesToTry, load: LoadGraph): Promise<void> {
  for (let depth = 0; graph.nodes.some(isIf); depth++) {
    if (depth === DEEPEST) throw refuse(`The model's If operators stand inside each other more than ${DEEPEST} deep.`)
    const independent = pixelIndependent(graph)
    const conditional = graph.nodes.filter(isIf)
    const open = conditional.find(
      ({ inputs: [condition] }) => !graph.initializers.has(condition!) && !independent.has(condition!),
    )
    if (open) {
      throw refuse(
        `The control-flow operator If (node '${open.label}') takes one branch or the other by the pixels of the picture; export the model without dynamic branches.`,
      )
    }
    const taken = await conditions(graph, conditional, images, load)
    const nodes: GraphNode[] = []
    for (const node of graph.nodes) {
      const condition = isIf(node) ? taken.get(node.inputs[0]!) : undefined
      for (const inner of condition === undefined ? [node] : branch(graph, node, condition)) nodes.push(inner)
      checkNodeCount(nodes.length)
    }
    graph.nodes = nodes
    constantNodesToInitializers(graph)
  }
}

const isIf = ({ op, domain }: GraphNode) => op === 'If' && domain === ''

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** The value of each condition, by name. */
async function conditions(
  graph: Graph,
  conditional: GraphNode[],
  images: ImagesToTry,
  load: LoadGraph,
): Promise<Map<string, boolean>> {
  const names = [...new Set(conditional.map(({ inputs }) => inputs[0]!))]
  const asked = graph.clone()
  // The model's own outputs stay, so that a shape which only the conditions run on does not count.
  const own = asked.outputs.map(({ name }) => name)
  const fetches = names.map((name) => asked.fresh(`condition/${name}`))
  names.forEach((name, index) => asked.nodes.push(new GraphNode('Identity', [name], [fetches[index]!])))
  asked.outputs.push(...fetches.map((name) => ({ name, type: 'bool' as const, dims: [] })))
  const loaded = await load({ ...writeModel(asked), once: true })
  try {
    const { one, two } = await runBoth(loaded, graph, images, [...fetches, ...own])
    return new Map(
      names.map((name, index) => {
        const value = Boolean(one[fetches[index]!]!.data[0])
        if (two && Boolean(two[fetches[index]!]!.data[0]) !== value) {
          throw refuse(
            `The control-flow operator If of the condition '${name}' takes one branch for one picture and the other for two; export the model without dynamic branches.`,
          )
        }
        return [name, value]
      }),
    )
  } finally {
    await loaded.release()
  }
}

/** What the model gives for one image, and for two where it takes two. Throws what the runtime says of the first shape. */
async function runBoth(loaded: LoadedGraph, graph: Graph, { shapes, image }: ImagesToTry, fetches: string[]) {
  const { name } = graph.inputs[0]!
  let failure: unknown
  for (const shape of shapes) {
    const run = (batch: number) => loaded.run({ [name]: image(batch, shape) }, fetches)
    try {
      const one = await run(1)
      return { one, two: await run(2).catch(() => null) }
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

/** The nodes of the branch that is taken, under names that nothing else has; what it reads from outside keeps its name. */
function branch(graph: Graph, node: GraphNode, condition: boolean): GraphNode[] {
  const body = node.attribute(condition ? 'then_branch' : 'else_branch')?.g
  if (!body) throw new HeadlightError('unreadable-model', `The If node '${node.label}' lacks a branch.`)
  const own = namesInside(body)
  const names = new Map([...own].map((name) => [name, graph.fresh(`${node.label}/${name}`)]))
  const rename = (name: string) => names.get(name) ?? name
  const sparse = body.sparseInitializer.map(denseTensor)
  for (const tensor of [...body.initializer, ...sparse]) {
    graph.initializers.set(rename(tensor.name), edited(tensor, { name: rename(tensor.name) }))
  }
  const inner = body.node.map(({ opType, input, output, attribute, domain, name, overload }) => {
    const renamed = attribute.map((each) => (each.g ? edited(each, { g: renamedFree(each.g, rename) }) : each))
    const known = domain === 'ai.onnx' ? '' : domain
    return new GraphNode(
      opType,
      input.map(rename),
      output.map(rename),
      renamed,
      known,
      `${node.label}/${name}`,
      overload,
    )
  })
  const results = body.output.map(
    ({ name }, index) => new GraphNode('Identity', [rename(name)], [node.outputs[index]!]),
  )
  return [...inner, ...results.filter(({ outputs }) => outputs[0] !== undefined && outputs[0] !== '')]
}

function namesInside(body: GraphProto): Set<string> {
  const computed = body.node.flatMap(({ output }) => output)
  const constants = [...body.initializer, ...body.sparseInitializer.map(denseTensor)].map(({ name }) => name)
  return new Set([...computed, ...constants].filter((name) => name !== ''))
}

/** A branch inside a branch, with new names for what it reads from around it. Names are unique across scopes (onnx.proto). */
function renamedFree(body: GraphProto, rename: (name: string) => string): GraphProto {
  const node = body.node.map((inner) => {
    const attribute = inner.attribute.map((each) => (each.g ? edited(each, { g: renamedFree(each.g, rename) }) : each))
    return edited(inner, { input: inner.input.map(rename), attribute })
  })
  const output = body.output.map((info) => edited(info, { name: rename(info.name) }))
  return edited(body, { node, output })
}
