import { join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { classFolder } from './class-folder'
import { maskLayout } from './mask/mask-layout'
import { passedOverMasks } from './mask/separate-masks'
import { naturalOrder } from './natural-order'
import type { DatasetListing, DatasetSource, ListOptions } from './source'
import { walkImages } from './walk-images'

/** A folder of images at any depth; the first folder level below the root is the label. */
export class ImageFolder implements DatasetSource {
  readonly kind = 'Image folder'
  readonly root: string

  constructor(path: string) {
    this.root = resolve(path)
  }

  async list({ signal, onFound }: ListOptions = {}): Promise<DatasetListing> {
    const { paths, problems } = await walkImages(this.root, { signal, onFound })
    if (paths.length === 0) {
      throw new HeadlightError(
        'unsupported-dataset',
        `${this.root} holds no images; choose a folder with JPEG, PNG, WebP, TIFF, AVIF, GIF or BMP files.`,
        { cause: problems.length > 0 ? problems.join('\n') : undefined },
      )
    }
    paths.sort(naturalOrder)
    const { images, folders } = maskLayout(paths)
    const samples = images.map(({ path, mask }) => ({
      path,
      label: classFolder(path),
      split: null,
      location: join(this.root, path),
      mask: mask === null ? null : join(this.root, mask),
      metadata: null,
    }))
    const labelled = samples.some(({ label }) => label !== null)
    const labelsFrom = labelled ? { from: 'folder level 1', level: 1 } : null
    return { samples, problems, numbered: false, passedOver: passedOverMasks(folders), assumed: [], labelsFrom }
  }
}
