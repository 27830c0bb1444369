import { choice, flag, named, step, text, urlState } from '../../base/url-state'

export const annotationsState = urlState({
  part: step(choice(['samples', 'conflicts', 'lists'], 'samples')),
  filter: step(text()),
  sort: step(choice(['annotated', 'path', 'confidence', 'label', 'prediction', 'correct'], 'annotated')),
  descending: step(named('order', flag(true, 'ascending'))),
})

/** Samples that have an annotation and fit the filter. */
export const annotatedFilter = (filter: string) => `annotated:true ${filter}`.trim()
