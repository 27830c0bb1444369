/** Samples of the report: what the model saw, what it made of it, and what was said. */
import type { Annotation, RunInfo } from '@shared/api'
import { METHODS } from '@headlight/explain/methods'
import { escapeXml as text } from '../../figures/scene/provenance'
import { readable } from '../../figures/grid/words'
import { className } from '../tables/sample-columns'
import type { CardList, ReportCard, Review } from './gather'
import { count, isNumber, percent } from './numbers'

export function cardSection(title: string, none: string, { total, cards }: CardList, { run, method }: Review): string {
  if (total === 0) return `<section><h2>${title}</h2><p>${none}</p></section>`
  const shown = total === cards.length ? `${count(total)}, the` : `${cards.length} of ${count(total)}: the`
  const pictures =
    method === null
      ? ''
      : ` Left what the model saw, right ${text(METHODS[method].name)} over it, each map in its own range.`
  const words = isNumber(run)
    ? `${shown} largest numbers first.${pictures} Above each: the number.`
    : `${shown} most confident first.${pictures} Above each: label → prediction, confidence.`
  return `<section class="page"><h2>${title}</h2><p>${words}</p><div class="cards">${cards.map((card) => cardHtml(card, run)).join('\n')}</div></section>`
}

function cardHtml({ row, annotations, picture, overlay, problem }: ReportCard, run: RunInfo): string {
  const images = [picture, overlay].flatMap((bytes, i) =>
    bytes === null ? [] : [image(bytes, i === 0 ? 'Input' : 'Overlay')],
  )
  return `<article>${outcomeHtml(row, run)}<div class="pictures">${images.join('')}</div><p class="path">${text(row.path)}</p>${problem === null ? '' : `<p class="problem">${text(problem)}</p>`}${annotations.map(annotationHtml).join('')}</article>`
}

function outcomeHtml({ prediction, confidence, labelName, correct }: ReportCard['row'], run: RunInfo): string {
  if (prediction === null) return ''
  if (isNumber(run)) return confidence === null ? '' : `<p>${Number(confidence.toPrecision(4))}</p>`
  const name = readable(className(run, prediction) ?? '')
  const sure = confidence === null ? '' : `, ${percent(confidence)}`
  return `<p class="${correct === false ? 'wrong' : 'right'}">${text(readable(labelName ?? 'no label'))} → ${text(name)}${sure}</p>`
}

function annotationHtml({ kind, text: said, reviewer }: Annotation): string {
  if (kind === 'note') return `<blockquote>${text(said)}<cite>${text(reviewer)}</cite></blockquote>`
  return `<p class="said"><span data-kind="${kind}">${text(kind)}</span> ${text(said || 'without a name')} <cite>${text(reviewer)}</cite></p>`
}

function image(jpeg: Uint8Array, alt: string): string {
  return `<img alt="${alt}" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}">`
}
