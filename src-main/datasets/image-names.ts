export { IMAGE_ENDINGS, isImageName, whyNoLabels, whyNoPicture } from '@shared/dataset-kinds'

/** A path without the extension of its last part. */
export function withoutExtension(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path
}
