/** Names of the kinds of image errors, for counts. */
const KINDS: Record<string, string> = {
  'not-found': 'missing',
  'unreadable-file': 'could not be read from the disk',
  'unreadable-image': 'could not be read as an image',
  'unfit-image': "do not fit the model's input size",
  'process-died': 'ended the compute process',
  'out-of-memory': 'did not fit into memory',
  'no-label': 'have no label that the model knows',
  'no-contrast': 'were predicted as their label, so there is no contrast',
  'empty-mask': 'have no place that the class could be explained over',
  'no-mask': 'have no mask that the class could be explained over',
  usage: 'do not suit the model',
}

/** Completes "3 images ": a kind that has no words of its own is named by its code. */
export function errorKind(code: string): string {
  return KINDS[code] ?? code
}
