/** How well maps agree with masks, by method, with the rule by which masks were read and the samples without a value. */
import { localisationNote } from '@shared/masks'
import { METHODS } from '@headlight/explain/methods'
import { escapeXml as text } from '../../figures/scene/provenance'
import type { Review } from './gather'
import { table } from './html-table'
import { count } from './numbers'

const WORDS =
  'Pointing: share of samples whose largest value lies inside the mask. Energy: share of the map’s sum that lies inside. IoU: overlap of the map above its mean with the mask.'

/** Empty where no sample has a value. */
export function localisationSection({ localisation }: Review): string {
  const note = localisationNote(localisation)
  if (note === null) return ''
  const rows = localisation.map((score) => [
    METHODS[score.method].name,
    count(score.count),
    ...[score.pointing, score.energy, score.iou].map((value) => value.toFixed(3)),
  ])
  return `<section>
<h2>Localisation against masks</h2>
<p>${WORDS}</p>
${table(['Method', 'Samples', 'Pointing', 'Energy', 'IoU'], rows)}
<p>${text(note)}</p>
</section>
`
}
