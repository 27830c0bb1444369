import { localisationNote, whyNoLocalisation } from '@shared/masks'
import { HEAD_GROUPINGS, HEAD_NUMBERS } from '@shared/api'
import { type HeadCounts, headIndexes, headsOf } from '@headlight/explain/report'
import type { HeadDifference, HeadGroup, HeadStatistics, LocalisationScore } from '@shared/api'
import { type CommandContext, EXIT } from '../command'
import { topHeads } from '../../figures/top-heads'
import { openRun } from '../open-project'
import { flag, oneOf, text } from '../options'
import { type Output, percent, table } from '../output'

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const by = oneOf(options, 'by', HEAD_GROUPINGS, 'all')
  const norm = oneOf(options, 'norm', HEAD_NUMBERS, 'l1')
  const filter = text(options, 'filter') ?? ''
  const versus = text(options, 'versus')
  const { id: runId, name, definition } = await openRun(backend(), options)
  const { library } = backend()

  const heads = await library.statistics.heads({ runId, by, filter, norm })
  const difference =
    versus === undefined ? null : await library.statistics.difference({ runId, filterA: filter, filterB: versus, norm })
  const localisation = flag(options, 'localisation') ? await library.statistics.localisation({ runId, filter }) : null
  output.document({
    run: { id: runId, name },
    norm,
    filter,
    layers: heads.layers,
    heads: heads.heads,
    ...(heads.layerHeads && { layerHeads: heads.layerHeads }),
    groups: heads.groups.map((group) => shapedGroup(group, heads)),
    ...(difference && { versus, difference: shapedDifference(difference) }),
    ...(localisation && { localisation }),
  })
  printHeads(output, heads)
  if (difference) printDifference(output, difference)
  if (localisation) {
    printLocalisation(output, localisation)
    const why = whyNoLocalisation(definition.maskRule)
    if (why !== null) output.note(why)
  }
  return EXIT.done
}

/** The heads that weigh most in each group, or whose sum A o G is largest in magnitude, three a group. */
export function printHeads(output: Output, statistics: HeadStatistics): void {
  const rows = statistics.groups.map((group) => [
    group.name,
    group.count,
    ...topHeads(group, statistics, 3).map(({ name, weight, topShare }) => {
      return `${name} ${weight.toFixed(3)} (first in ${percent(topShare)})`
    }),
  ])
  const largest = statistics.norm === 'taylor' ? 'largest sum A o G' : 'heaviest head'
  output.line(table(['group', 'images', largest, 'second', 'third'], rows))
}

export function printLocalisation(output: Output, scores: LocalisationScore[]): void {
  const rows = scores.map(({ method, count, pointing, energy, iou }) => {
    return [method, count, percent(pointing), energy.toFixed(3), iou.toFixed(3)]
  })
  output.line(table(['localisation', 'images', 'pointing game', 'energy inside', 'IoU'], rows))
  const note = localisationNote(scores)
  if (note !== null) output.line(note)
}

function printDifference(output: Output, difference: HeadDifference): void {
  const order = headIndexes(difference).sort((a, b) => {
    return Math.abs(difference.cohenD[b]!) - Math.abs(difference.cohenD[a]!)
  })
  const rows = order.slice(0, 8).map((index) => {
    const [layer, head] = [Math.floor(index / difference.heads), index % difference.heads]
    const [d, p, q] = [difference.cohenD[index]!, difference.p[index]!, difference.q[index]!]
    return [`head(${layer},${head})`, d.toFixed(2), p.toExponential(1), q.toExponential(1)]
  })
  output.line(`\n${difference.countA} images against ${difference.countB}, largest differences:`)
  output.line(table(['', "Cohen's d", 'p', 'q'], rows))
}

/** Flat `[layers, heads]` as rows of the heads that each layer has, which is how a reader of JSON expects them. */
function rows(values: Float32Array, model: HeadCounts): number[][] {
  return Array.from({ length: model.layers }, (_, row) =>
    Array.from(values.subarray(row * model.heads, row * model.heads + headsOf(model, row))),
  )
}

function shapedGroup({ key, name, count, mean, std, quantiles, topShare }: HeadGroup, model: HeadStatistics) {
  const { layers, heads } = model
  const levels = Array.from({ length: quantiles.length / (layers * heads) }, (_, level) => {
    return rows(quantiles.subarray(level * layers * heads, (level + 1) * layers * heads), model)
  })
  return {
    ...{ key, name, count, mean: rows(mean, model), std: rows(std, model) },
    ...{ quantiles: levels, topShare: rows(topShare, model) },
  }
}

function shapedDifference(difference: HeadDifference) {
  const { countA, countB, cohenD, p, q } = difference
  const [d, ps, qs] = [cohenD, p, q].map((values) => rows(values, difference))
  return { countA, countB, cohenD: d, p: ps, q: qs }
}
