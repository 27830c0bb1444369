import { join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { IMAGE_ENDINGS } from './image-names'
import { listImages } from './image-listing'
import { naturalOrder } from './natural-order'
import { PassedOverList } from './passed-over'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSource, ListOptions } from './source'
import { walkImages } from './walk-images'

/** A folder of images at any depth, labelled by its folders or by the tables that lie in it. */
export class ImageFolder implements DatasetSource {
  readonly kind = 'Image folder'
  readonly root: string

  constructor(path: string) {
    this.root = resolve(path)
  }

  async list(options: ListOptions = {}): Promise<DatasetListing> {
    const found = await walkImages(this.root, options)
    const problems = new ProblemList()
    const passedOver = new PassedOverList()
    found.problems.forEach((sentence) => problems.say(sentence))
    found.unread.forEach((path) => passedOver.addUnread(path))
    for (const archive of found.archives)
      passedOver.add(`archive ${archive}`, 'lies beside images; choose it by itself')
    if (found.paths.length === 0) throw this.#empty(problems, passedOver)
    const images = found.paths.sort(naturalOrder)
    const root = this.root
    return listImages(
      {
        ...{ root, base: root, images, problems, passedOver },
        tables: found.tables.sort(naturalOrder).map((name) => ({ name, content: join(root, name) })),
        locate: (image) => join(root, images[image]!),
        pathOf: (image) => images[image]!,
      },
      options,
    )
  }

  #empty(problems: ProblemList, passedOver: PassedOverList): HeadlightError {
    const others = passedOver.list().map(({ what, count, why }) => `${count} ${what}: ${why}.`)
    return new HeadlightError(
      'unsupported-dataset',
      [`${this.root} holds no images that are read (${IMAGE_ENDINGS.join(', ')}).`, ...others].join(' '),
      { cause: problems.sentences().join('\n') || undefined },
    )
  }
}
