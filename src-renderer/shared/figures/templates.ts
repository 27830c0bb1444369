import { headsOf } from '@headlight/explain/report'
import type { RunInfo } from '@shared/api'
import { recipeSchema, type Panel, type Recipe, type RecipeInput } from '@shared/figure/recipe'
import type { MethodId } from '@headlight/explain/methods'

export interface Template {
  name: string
  /** What it shows, in one sentence. */
  about: string
  recipe: Recipe
}

const PREFERRED: readonly MethodId[] = ['gmar_l1', 'rollout', 'chefer', 'gmar_l2', 'attn_gradcam', 'raw']
const MAX_METHODS = 3

/** The picture, its mask where there is one, and the run's main methods. */
export function panelsByMethod({ definition }: RunInfo): Panel[] {
  const methods = PREFERRED.filter((method) => definition.methods.includes(method)).slice(0, MAX_METHODS)
  return [
    { kind: 'image' },
    ...(definition.masksPath === null ? [] : [{ kind: 'mask' as const }]),
    ...methods.map((method) => ({ kind: 'method' as const, method })),
  ]
}

/** What journals ask of lines and letters; pictures keep the recipe's own default. */
const LINE_ART_DPI = 600

/** Figures to begin with, made for a run: what it has not computed is not in them. */
export function templatesFor(run: RunInfo, filter: string): Template[] {
  const { definition, labelled, model } = run
  const byMethod = panelsByMethod(run)
  const hasMaps = definition.methods.length > 0
  const withLabels = labelled > 0
  const sure = { sort: 'confidence' as const, descending: true, limit: 4 }
  const of = (name: string, about: string, recipe: Omit<RecipeInput, 'version' | 'name' | 'run'>): Template => ({
    name,
    about,
    recipe: recipeSchema.parse({
      version: 1,
      name,
      run: String(run.id),
      ...(recipe.content.kind === 'grid' ? {} : { dpi: LINE_ART_DPI }),
      ...recipe,
    }),
  })
  return [
    ...(withLabels && hasMaps
      ? [
          of('Failures by method', 'The surest mistakes, one row each, every method beside the picture.', {
            content: { kind: 'grid', samples: { filter: 'correct:false', ...sure }, panels: byMethod, letters: true },
          }),
        ]
      : []),
    ...(hasMaps
      ? [
          of('Samples by method', 'The samples of the gallery’s filter, every method beside the picture.', {
            content: { kind: 'grid', samples: { filter, ...sure }, panels: byMethod },
          }),
        ]
      : []),
    ...(withLabels
      ? [
          of('Heads by class', 'Mean weight of every head for every class.', {
            content: { kind: 'class-heads', filter },
          }),
          of(
            'Correct against wrong',
            'How far each head’s weight differs between right and wrong predictions of the same label.',
            {
              size: { preset: 'cvpr-single' },
              content: {
                kind: 'group-difference',
                ...{ a: 'correct:true', b: 'correct:false', nameA: 'correct', nameB: 'wrong', stratified: true },
              },
            },
          ),
          of('Confusion matrix', 'Labels against predictions.', {
            size: { preset: 'cvpr-single' },
            content: { kind: 'confusion', filter, numbers: model.classes <= 20 },
          }),
        ]
      : []),
    of('Head weights', 'Mean weight of every head, layers by heads.', {
      size: { preset: 'cvpr-single' },
      content: { kind: 'head-matrix', filter },
    }),
    of('Weights of the last layer', 'Median, quartiles and spread of the last layer’s heads.', {
      content: {
        kind: 'head-distribution',
        heads: Array.from({ length: Math.min(headsOf(model, model.layers - 1), 4) }, (_, head) => ({
          layer: model.layers - 1,
          head,
        })),
        by: withLabels && model.classes <= 20 ? 'class' : 'all',
        filter,
      },
    }),
    ...(definition.masksPath === null
      ? []
      : [
          of('Localisation', 'How well each method finds the masks, as a table.', {
            size: { preset: 'cvpr-single' },
            content: { kind: 'localisation', filter },
          }),
        ]),
  ]
}
