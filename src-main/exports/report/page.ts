/** The report as one HTML page: no script, nothing loaded, every name escaped. */
import { contrastsWithLabel } from '@shared/targets'
import { readable } from '../../figures/grid/words'
import { escapeXml } from '../../figures/scene/provenance'
import type { About } from '../about'
import { className } from '../tables/sample-columns'
import { cardSection } from './cards'
import { runFacts } from './facts'
import type { Review } from './gather'
import { table } from './html-table'
import { localisationSection } from './localisation'
import { count, isNumber, percent } from './numbers'
import { REPORT_STYLE } from './style'

/** Nothing may be loaded and nothing run, whatever a name contains. */
const POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"

export function reportPage(review: Review, about: About): string {
  const { run, counts } = review
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
    review.whole === null ? 'All samples of the run.' : filtered(review, review.whole)
  }</p>
</header>
<section class="numbers" aria-label="Summary">
${number('samples', count(counts.samples))}
${isNumber(run) ? '' : `${accuracy(review)}\n${number('wrong', count(counts.labelled - counts.correct))}`}
${number('without a result', count(counts.failed))}
${number('annotated', count(review.annotated.total))}
</section>
<section>
<h2>Model and run</h2>
${facts(runFacts(run))}
</section>
${isNumber(run) ? '' : confusionSection(review)}
<section>
<h2>Heads</h2>
<p>Weight of a head: its GMAR score divided by the sum over the heads of its layer. Layers and heads count from 0.</p>
<figure>${drawing(review.headStatistics)}</figure>
${heaviestHeads(review)}
</section>
${localisationSection(review)}${cardSection('Annotated samples', 'No sample is annotated.', review.annotated, review)}
${isNumber(run) ? '' : cardSection('Failures without annotation', 'There are none.', review.failures, review)}
<section class="page">
<h2>Provenance</h2>
${methodTable(about)}
<pre>${provenance(about)}</pre>
</section>
</body>
</html>
`
}

const text = escapeXml

/** A part of a run says so, with the accuracy of the whole beside its own. */
function filtered({ run, filter, counts }: Review, whole: NonNullable<Review['whole']>): string {
  const part = `A filtered view: ${count(counts.samples)} of the ${count(whole.samples)} samples of the run, those of <code>${text(filter)}</code>.`
  if (whole.labelled === 0 || isNumber(run) || contrastsWithLabel(run.definition.target)) return part
  return `${part} Accuracy of the whole run: ${percent(whole.correct / whole.labelled)} (${count(whole.correct)} of ${count(whole.labelled)} labelled).`
}

function number(what: string, value: string, more = ''): string {
  return `<div><b>${text(value)}</b><span>${text(what)}</span>${more === '' ? '' : `<small>${text(more)}</small>`}</div>`
}

/** A run that skips samples predicted as their label has no accuracy. */
function accuracy({ run, whole, counts: { correct, labelled } }: Review): string {
  if (contrastsWithLabel(run.definition.target))
    return number('accuracy', '–', 'only wrong predictions have this target')
  return number(
    whole === null ? 'accuracy' : 'accuracy of this view',
    labelled === 0 ? '–' : percent(correct / labelled),
    `${count(correct)} of ${count(labelled)} labelled`,
  )
}

function confusionSection(review: Review): string {
  return `<section>
<h2>Confusions</h2>
<div class="beside">
${confusions(review)}
<figure>${drawing(review.confusionMatrix)}</figure>
</div>
</section>`
}

function facts(pairs: [string, string][]): string {
  return `<dl>${pairs.map(([term, value]) => `<dt>${text(term)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`
}

function confusions({ confusions, run }: Review): string {
  if (confusions.length === 0) return '<p>No sample was mistaken for another class.</p>'
  const name = (index: number) => readable(className(run, index) ?? '')
  return table(
    ['Label', 'Predicted as', 'Samples', 'Of the label'],
    confusions.map((pair) => [name(pair.label), name(pair.prediction), count(pair.count), percent(pair.share)]),
  )
}

function heaviestHeads({ heaviest }: Review): string {
  if (heaviest.length === 0) return ''
  return table(
    ['Heaviest heads', 'Norm', 'Mean weight', 'First of its layer in'],
    heaviest.map(({ norm, layer, head, weight, topShare }) => [
      `layer ${layer}, head ${head}`,
      norm.toUpperCase(),
      weight.toFixed(3),
      percent(topShare),
    ]),
  )
}

function methodTable({ computed }: About): string {
  const rows = computed?.methods.map(({ name, formula, citation }) => [name, formula, citation]) ?? []
  return rows.length === 0 ? '' : table(['Method', 'Formula', 'Source'], rows, 'words')
}

/** JSON, a line for each part of it: complete, and short enough for paper. Methods have their table. */
function provenance({ model, computed, ...rest }: About): string {
  const methods = computed?.methods.map(({ id }) => id) ?? []
  const parts = { ...rest, model: model && { ...model, classes: model.classes.length }, ...computed, methods }
  const lines = Object.entries(parts).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return text(`{\n${lines.join(',\n')}\n}`)
}

/** SVG is made by this program, with names escaped; any other text is a sentence. */
function drawing(content: string): string {
  return content.startsWith('<svg') ? content : `<p>${text(content)}</p>`
}
