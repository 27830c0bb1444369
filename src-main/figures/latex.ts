import type { RunInfo } from '@shared/api'
import { SIZE_PRESETS, toMillimetres } from '@shared/figure/sizes'
import type { Content, Recipe } from '@shared/figure/recipe'
import { FORMER_RULE, ruleText } from '@shared/masks'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { targetName } from '@shared/targets'

/** Keys under which the snippet cites, and where each stands in the BibTeX entries below. */
const CITATIONS: Partial<Record<MethodId, string>> = {
  gmar_l1: 'jo2025gmar',
  gmar_l2: 'jo2025gmar',
  rollout: 'abnar2020quantifying',
  chefer: 'chefer2021generic',
  attn_gradcam: 'chefer2021transformer',
}

const ENTRIES: Record<string, string> = {
  jo2025gmar:
    '@inproceedings{jo2025gmar, title={{GMAR}: Gradient-Driven Multi-Head Attention Rollout for Vision Transformer Interpretability}, author={Jo, Sehyeong and Jang, Gangjae and Park, Haesol}, booktitle={ICIP}, year={2025}, note={arXiv:2504.19414}}',
  abnar2020quantifying:
    '@inproceedings{abnar2020quantifying, title={Quantifying Attention Flow in Transformers}, author={Abnar, Samira and Zuidema, Willem}, booktitle={ACL}, year={2020}}',
  chefer2021generic:
    '@inproceedings{chefer2021generic, title={Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder Transformers}, author={Chefer, Hila and Gur, Shir and Wolf, Lior}, booktitle={ICCV}, year={2021}}',
  chefer2021transformer:
    '@inproceedings{chefer2021transformer, title={Transformer Interpretability Beyond Attention Visualization}, author={Chefer, Hila and Gur, Shir and Wolf, Lior}, booktitle={CVPR}, year={2021}}',
}

/** What to paste into a paper: the figure at its own size, a caption that says what it shows, and what it cites. */
export function latexSnippet(recipe: Recipe, run: RunInfo, file: string, width: number): string {
  const methods = methodsOf(recipe)
  const keys = [...new Set(methods.map((method) => CITATIONS[method]).filter((key) => key !== undefined))]
  const wide = 'preset' in recipe.size && /double/.test(recipe.size.preset) ? '*' : ''
  const inches = 'preset' in recipe.size ? SIZE_PRESETS[recipe.size.preset].width : width / 72
  return [
    ...keys.map((key) => `% ${ENTRIES[key] ?? ''}`),
    `\\begin{figure${wide}}[t]`,
    '  \\centering',
    `  \\includegraphics[width=${Number(inches.toFixed(3))}in]{${file}} % ${toMillimetres(width).toFixed(1)} mm, made at this size`,
    `  \\caption{${captionWords(recipe, run, methods, keys)}}`,
    `  \\label{fig:${label(recipe.name)}}`,
    `\\end{figure${wide}}`,
    '',
  ].join('\n')
}

function captionWords(recipe: Recipe, run: RunInfo, methods: MethodId[], keys: string[]): string {
  const cited = keys.length > 0 ? `~\\cite{${keys.join(',')}}` : ''
  const shown = methods.map((method) => METHODS[method].name).join(', ')
  const model = `Model: ${tex(run.model.fileName)}, ${run.done.toLocaleString('en')} images.`
  const { content } = recipe
  switch (content.kind) {
    case 'grid':
      return `${tex(recipe.title ?? recipe.name)}.${shown === '' ? '' : ` Relevance by ${tex(shown)}${cited} for ${explainedWords(content, run)}.`} ${scaleWords[content.scale]} ${model}`
    case 'localisation':
      return `Localisation against masks${cited}: pointing game, energy inside the mask, and IoU of the map above its mean; masks read as ${tex(ruleText(run.definition.maskRule ?? FORMER_RULE))}. ${model}`
    case 'confusion':
      return `${tex(recipe.title ?? recipe.name)}: labels against predictions. ${model}`
    case 'group-difference':
      return `Cohen's $d$ of GMAR head weights${cited} between ${tex(content.nameA ?? content.a)} and ${tex(content.nameB ?? content.b)}; dots mark $q < ${content.significance}$ (${content.stratified ? 'van Elteren, within labels' : 'Mann--Whitney'}, Benjamini--Hochberg). ${model}`
    default:
      return `${tex(recipe.title ?? recipe.name)}: GMAR head weights (${content.norm.toUpperCase()} norm)${cited}, normalised within each layer. ${model}`
  }
}

/** "the prediction", "Shirt − Coat, or what stands over the column". */
function explainedWords({ panels }: Content<'grid'>, { definition }: RunInfo): string {
  const name = tex(targetName(definition.target, definition.labels))
  const named = definition.target.kind === 'predicted' || definition.target.kind === 'label' ? `the ${name}` : name
  return panels.some((panel) => 'target' in panel && panel.target !== undefined)
    ? `${named}, or for what stands over the column`
    : named
}

const scaleWords = {
  own: 'Each map spans its own range.',
  panel: 'One range per column.',
  shared: 'One range for all maps.',
}

function methodsOf({ content }: Recipe): MethodId[] {
  switch (content.kind) {
    case 'grid': {
      const used = content.panels.flatMap((panel) =>
        panel.kind === 'method' ? [panel.method] : panel.kind === 'difference' ? [panel.a, panel.b] : [],
      )
      return [...new Set(used)]
    }
    case 'confusion':
    case 'localisation':
      return []
    default:
      return [content.norm === 'l1' ? 'gmar_l1' : 'gmar_l2']
  }
}

/** Letters that mean something to TeX, as themselves. */
function tex(words: string): string {
  const special: Record<string, string> = {
    '\\': '\\textbackslash{}',
    '~': '\\textasciitilde{}',
    '^': '\\textasciicircum{}',
    '−': '$-$',
  }
  return words.replaceAll(/[\\~^−]|[&%$#_{}]/g, (letter) => special[letter] ?? `\\${letter}`)
}

function label(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
