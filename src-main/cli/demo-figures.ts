import { recipeSchema, type Recipe } from '@shared/figure/recipe'

/** Two figures of the demo, as they could stand in a paper; also saved in the demo's project. */
export const DEMO_FIGURES: readonly Recipe[] = [
  recipeSchema.parse({
    version: 1,
    name: 'Failures by method',
    run: 'Demo',
    size: { preset: 'cvpr-double' },
    content: {
      kind: 'grid',
      samples: { filter: 'correct:false', sort: 'confidence', descending: true, limit: 6 },
      samplesAs: 'columns',
      panels: [
        { kind: 'image' },
        { kind: 'mask' },
        { kind: 'method', method: 'gmar_l1' },
        { kind: 'method', method: 'rollout', title: 'Rollout' },
        { kind: 'method', method: 'chefer' },
      ],
      scale: 'own',
    },
  }),
  recipeSchema.parse({
    version: 1,
    name: 'Heads by class',
    run: 'Demo',
    size: { preset: 'cvpr-double' },
    content: { kind: 'class-heads' },
  }),
]
