/** ImageNet's synset folders and the 1,000 classes of ILSVRC-2012, whose order is that of the sorted synsets. */
import { looseName } from '../label-match'
import imagenet from './imagenet-1k.json' with { type: 'json' }

/** `n01440764`. */
export function isSynset(name: string): boolean {
  return /^n\d{8}$/.test(name)
}

/** Whether a model's classes are those of ILSVRC-2012 in its order. */
export type ImagenetOrder = 'named' | 'assumed' | null

/**
 * 'named' when at least half of 1,000 class names are ImageNet's at the same index (by chance one would be),
 * 'assumed' when there are 1,000 classes that have no names but their numbers, and null otherwise.
 */
export function imagenetOrder(labels: readonly string[]): ImagenetOrder {
  if (labels.length !== imagenet.classes.length) return null
  if (labels.every((label, index) => label === String(index))) return 'assumed'
  const agreeing = labels.filter((label, index) => {
    const names = synonyms(imagenet.classes[index]!.slice('n01440764 '.length))
    return synonyms(label).some((name) => names.includes(name))
  })
  return agreeing.length >= labels.length / 2 ? 'named' : null
}

/** Class index of a synset in ILSVRC-2012, null for one of the others. */
export function imagenetIndex(synset: string): number | null {
  const index = imagenet.classes.findIndex((entry) => entry.startsWith(`${synset} `))
  return index < 0 ? null : index
}

function synonyms(names: string): string[] {
  return names.split(',').map(looseName)
}
