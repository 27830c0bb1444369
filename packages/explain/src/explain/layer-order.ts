/**
 * The order of layers, from what depends on what. Attentions of one block that read one residual stream and add to it
 * side by side are one layer with all their heads; attentions that do not depend on each other and do not meet are separate towers.
 */
import { HeadlightError } from '../errors'
import type { ModelTower } from './report'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { AttentionSite } from './attention-sites'
import { Dominators, readsValues } from './dependence'
import { NotAChain } from './not-a-chain'
import { carriesTokens } from './token-stream'

export interface LayerOrder {
  /** The attentions of each layer, first layer first. */
  layers: AttentionSite[][]
  towers: ModelTower[]
  /** The tower that was chosen, where there are several. */
  tower?: string
}

/** Throws 'unsupported-model' where the attentions are not a chain, 'usage' for a tower that is not there. */
export function orderLayers(graph: Graph, facts: Facts, sites: readonly AttentionSite[], wanted?: string): LayerOrder {
  const order = new Order(graph, facts, sites)
  const blocks = order.blocks()
  const apart = blocks.filter((block) => blocks.some((other) => !order.related(block, other)))
  if (apart.length === 0) {
    if (wanted !== undefined)
      throw new HeadlightError('usage', `The model has one tower of attention layers, and none called '${wanted}'.`)
    return { layers: order.chain(blocks), towers: [] }
  }
  const trunk = blocks.filter((block) => !apart.includes(block))
  const parts = order.components(apart)
  const joined = trunk.find(
    (block) => parts.filter((part) => part.some((other) => order.before(other, block))).length > 1,
  )
  if (joined || parts.length === 1) {
    const { node } = (joined ?? apart[0]!)[0]!
    throw new NotAChain(
      `The attention layers are not a chain: separate streams of tokens meet in further attention (node '${node.label}'). Rollout needs one layer after the other; export one of the networks alone.`,
    )
  }
  const named = nameTowers(parts.map((part) => order.chain([...trunk, ...part])))
  const towers = named.map(({ name, layers }) => ({ name, layers: layers.length, node: layers[0]![0]!.node.label }))
  const chosen = named.find(({ name }) => name === wanted)
  if (chosen) return { layers: chosen.layers, towers, tower: chosen.name }
  const listed = towers.map(({ name, layers, node }) => `'${name}' (${layers} layers from node '${node}')`).join(', ')
  if (wanted !== undefined) throw new HeadlightError('usage', `The model has no tower '${wanted}'; it has ${listed}.`)
  throw new SeparateTowers(
    `The model has ${towers.length} separate towers of attention layers, and a rollout goes through one: ${listed}. Choose one with --tower.`,
    towers,
  )
}

/** A model of several towers, of which none was chosen. */
export class SeparateTowers extends HeadlightError {
  constructor(
    message: string,
    readonly towers: ModelTower[],
  ) {
    super('unsupported-model', message)
  }
}

/** Dependencies between sites. A block is the sites of one layer. */
class Order {
  readonly #graph: Graph
  readonly #facts: Facts
  readonly #sites: readonly AttentionSite[]
  /** The sites that each value depends on, one bit each. */
  readonly #sitesBefore = new Map<string, bigint>()
  readonly #bit: ReadonlyMap<AttentionSite, bigint>
  readonly #dominators: Dominators

  constructor(graph: Graph, facts: Facts, sites: readonly AttentionSite[]) {
    this.#graph = graph
    this.#facts = facts
    this.#sites = sites

    this.#bit = new Map(sites.map((site, at) => [site, 1n << BigInt(at)]))
    this.#dominators = new Dominators(graph, graph.inputs[0]!.name)
    const products = new Map(sites.flatMap((site) => site.products.map((node) => [node, site] as const)))
    for (const node of graph.nodes) {
      if (!readsValues(node)) continue
      const site = products.get(node)
      let bits = site ? this.#bit.get(site)! : 0n
      for (const input of node.inputs) bits |= this.#sitesBefore.get(input) ?? 0n
      if (bits !== 0n) for (const output of node.outputs) this.#sitesBefore.set(output, bits)
    }
  }

  #bitsBefore({ value, values, products }: AttentionSite): bigint {
    const read = [value, values, ...products.flatMap(({ inputs }) => inputs)]
    return read.reduce((bits, name) => bits | (this.#sitesBefore.get(name) ?? 0n), 0n)
  }

  before([first]: AttentionSite[], [second]: AttentionSite[]): boolean {
    return (this.#bitsBefore(second!) & this.#bit.get(first!)!) !== 0n
  }

  related(a: AttentionSite[], b: AttentionSite[]): boolean {
    return a === b || this.before(a, b) || this.before(b, a)
  }

  /** Sites with the same sites before and after them that read and add to one residual stream, put together. */
  blocks(): AttentionSite[][] {
    const blocks: AttentionSite[][] = []
    const before = new Map(this.#sites.map((site) => [site, this.#bitsBefore(site)]))
    const after = (site: AttentionSite) =>
      this.#sites.reduce(
        (bits, other) => (before.get(other)! & this.#bit.get(site)! ? bits | this.#bit.get(other)! : bits),
        0n,
      )
    for (const site of this.#sites) {
      const block = blocks.find(
        ([first]) =>
          before.get(first!) === before.get(site) &&
          after(first!) === after(site) &&
          !this.before([first!], [site]) &&
          this.#sideBySide(first!, site),
      )
      if (block) block.push(site)
      else blocks.push([site])
    }
    return blocks
  }

  /** Whether two attentions that do not depend on each other read one stream of tokens, and meet in one again. */
  #sideBySide(a: AttentionSite, b: AttentionSite): boolean {
    const read = this.#dominators.common([a.value, a.values, b.value, b.values])
    if (read === null || read === this.#graph.inputs[0]!.name || !carriesTokens(this.#facts.get(read), a.tokens))
      return false
    const both = this.#bit.get(a)! | this.#bit.get(b)!
    const hasBoth = (name: string) => ((this.#sitesBefore.get(name) ?? 0n) & both) === both
    const meetings = this.#graph.nodes.filter(
      (node) => readsValues(node) && node.outputs.some(hasBoth) && !node.inputs.some(hasBoth),
    )
    return meetings.length > 0 && meetings.every(({ outputs }) => carriesTokens(this.#facts.get(outputs[0]!), a.tokens))
  }

  /** Blocks of which each is after the one before it. Throws 'unsupported-model' where they are not. */
  chain(blocks: AttentionSite[][]): AttentionSite[][] {
    const sorted = blocks
      .map((block) => ({ block, depth: blocks.filter((other) => other !== block && this.before(other, block)).length }))
      .sort((a, b) => a.depth - b.depth)
    const broken = sorted.find(({ depth }, at) => depth !== at)
    if (!broken) return sorted.map(({ block }) => block)
    throw new NotAChain(
      `The attention layers are not chain: that of node '${broken.block[0]!.node.label}' stands beside others without meeting them in one residual stream. Export one of the networks alone.`,
    )
  }

  /** Blocks that depend on each other, directly or through others. */
  components(blocks: AttentionSite[][]): AttentionSite[][][] {
    const components: AttentionSite[][][] = []
    for (const block of blocks) {
      const touching = components.filter((component) => component.some((other) => this.related(block, other)))
      for (const component of touching) components.splice(components.indexOf(component), 1)
      components.push([...touching.flat(), block])
    }
    return components
  }
}

/** Towers by the part of their first nodes' names that differs, else by number. */
function nameTowers(towers: AttentionSite[][][]): { name: string; layers: AttentionSite[][] }[] {
  const labels = towers.map((layers) => layers.map(([site]) => site!.node.label.split(/[/.]/).filter(Boolean)))
  // The last layer is a tower's own, where the first may be shared.
  const own = labels.map((layers) => layers.at(-1)!)
  const differs = own[0]!.findIndex((part, at) => own.some((parts) => parts[at] !== part))
  const names = own.map((parts) => parts[differs] ?? '')
  const distinct = new Set(names).size === names.length && names.every((name) => /^[\w-]+$/.test(name))
  return towers.map((layers, at) => ({ name: distinct ? names[at]! : String(at + 1), layers }))
}
