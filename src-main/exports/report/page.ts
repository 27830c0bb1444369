/** The report as one HTML page: no script, nothing loaded, every name escaped. */
import type { Annotation, RunInfo } from '@shared/api'
import { METHODS } from '@shared/methods'
import { targetName } from '@shared/targets'
import { escapeXml } from '../../figures/scene/provenance'
import type { About } from '../about'
import { className } from '../tables/sample-columns'
import type { CardList, ReportCard, Review } from './gather'
import { REPORT_STYLE } from './style'

/** Nothing may be loaded and nothing run, whatever a name contains. */
const POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"

export function reportPage(review: Review, about: About): string {
  const { run, filter, counts } = review
  const title = `${about.project}: ${run.name}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${text(about.program)}">
<title>${text(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${text(title)}</h1>
<p class="about">${text(about.program)}, ${text(about.exportedAt.slice(0, 16).replace('T', ' '))} UTC. ${
    filter === '' ? 'All samples of the run.' : `Samples of <code>${text(filter)}</code>.`
  }</p>
</header>
<section class="numbers" aria-label="Summary">
${number('samples', String(counts.samples))}
${number('accuracy', counts.labelled === 0 ? '–' : percent(counts.correct / counts.labelled), `${counts.correct} of ${counts.labelled} labelled`)}
${number('wrong', String(counts.labelled - counts.correct))}
${number('without a result', String(counts.failed))}
${number('annotated', String(review.annotated.total))}
</section>
<section>
<h2>Model and run</h2>
${facts(runFacts(run))}
</section>
<section>
<h2>Confusions</h2>
${confusions(review)}
<figure>${drawing(review.confusionMatrix)}</figure>
</section>
<section class="page">
<h2>Heads</h2>
<p>Mean weight of each head: its GMAR score divided by the sum over the heads of its layer.</p>
<figure>${drawing(review.headStatistics)}</figure>
</section>
${cardSection('Annotated samples', 'No sample is annotated.', review.annotated, review)}
${cardSection('Failures without annotation', 'There are none.', review.failures, review)}
<section class="page">
<h2>Provenance</h2>
<pre>${text(JSON.stringify({ ...about, model: about.model && { ...about.model, classes: about.model.classes.length } }, null, 2))}</pre>
</section>
</body>
</html>
`
}

const text = escapeXml
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

function number(what: string, value: string, more = ''): string {
  return `<div><b>${text(value)}</b><span>${text(what)}</span>${more === '' ? '' : `<small>${text(more)}</small>`}</div>`
}

function runFacts({ definition, model, provider, certificate, name, createdAt, state }: RunInfo): [string, string][] {
  const methods = definition.methods.map((method) => METHODS[method].name).join(', ')
  return [
    ['Model', `${model.fileName}: ${model.layers} layers x ${model.heads} heads, ${model.grid.join(' x ')} patches`],
    ['SHA-256', model.hash],
    ['Dataset', definition.dataPath],
    ['Run', `${name}, ${state}, begun ${createdAt.slice(0, 10)}`],
    ['Explained', targetName(definition.target, definition.labels)],
    ['Methods', methods],
    ['Settings', JSON.stringify(definition.settings)],
    ['Preprocessing', definition.preprocessing.source],
    ['Computed on', `${provider ?? definition.provider}, ${definition.precision}`],
    ['Certificate', certificateText(certificate)],
  ]
}

function certificateText(certificate: RunInfo['certificate']): string {
  if (certificate === null) return 'None was made.'
  const { passed, logitError, rowSumError, gradientError, precision, failures } = certificate
  const errors = [
    `logits ${logitError.toExponential(1)}`,
    `attention rows ${rowSumError.toExponential(1)}`,
    `gradients against finite differences in ${precision} ${gradientError.toExponential(1)}`,
  ]
  return `${passed ? 'Passed' : `Failed: ${failures.join(' ')}`} (largest errors: ${errors.join(', ')})`
}

function facts(pairs: [string, string][]): string {
  return `<dl>${pairs.map(([term, value]) => `<dt>${text(term)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`
}

function confusions({ confusions, run }: Review): string {
  if (confusions.length === 0) return '<p>No sample was mistaken for another class.</p>'
  const rows = confusions.map(
    ({ label, prediction, count, share }) =>
      `<tr><td>${text(className(run, label) ?? '')}</td><td>${text(className(run, prediction) ?? '')}</td><td>${count}</td><td>${percent(share)}</td></tr>`,
  )
  return `<table><thead><tr><th>Label</th><th>Predicted as</th><th>Samples</th><th>Of the label</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

/** SVG is our own, names escaped in it; anything else is a sentence. */
function drawing(content: string): string {
  return content.startsWith('<svg') ? content : `<p>${text(content)}</p>`
}

function cardSection(title: string, none: string, { total, cards }: CardList, review: Review): string {
  const shown =
    total === 0
      ? `<p>${none}</p>`
      : total === cards.length
        ? `<p>${total}, the most confident first.</p>`
        : `<p>${cards.length} of ${total} are shown, the most confident first.</p>`
  const overlay =
    review.method === null ? '' : `<p>Right: ${text(METHODS[review.method].name)}, each map in its own range.</p>`
  return `<section class="page"><h2>${title}</h2>${shown}${total === 0 ? '' : overlay}<div class="cards">${cards.map((card) => cardHtml(card, review.run)).join('\n')}</div></section>`
}

function cardHtml({ row, annotations, picture, overlay, problem }: ReportCard, run: RunInfo): string {
  const images = [picture, overlay].flatMap((bytes, i) =>
    bytes === null ? [] : [image(bytes, i === 0 ? 'Input' : 'Overlay')],
  )
  const outcome =
    row.prediction === null
      ? ''
      : `<p class="${row.correct === false ? 'wrong' : 'right'}">${text(row.labelName ?? 'no label')} → ${text(className(run, row.prediction) ?? '')}${row.confidence === null ? '' : `, ${percent(row.confidence)}`}</p>`
  return `<article><div class="pictures">${images.join('')}</div>${outcome}<p class="path">${text(row.path)}</p>${problem === null ? '' : `<p class="problem">${text(problem)}</p>`}${annotations.map(annotationHtml).join('')}</article>`
}

function annotationHtml({ kind, text: said, reviewer }: Annotation): string {
  if (kind === 'note') return `<blockquote>${text(said)}<cite>${text(reviewer)}</cite></blockquote>`
  return `<p class="said"><span data-kind="${kind}">${text(kind)}</span> ${text(said || 'without a name')} <cite>${text(reviewer)}</cite></p>`
}

function image(jpeg: Uint8Array, alt: string): string {
  return `<img alt="${alt}" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}">`
}
