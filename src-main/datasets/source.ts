import { stat } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'
import { ImageFolder } from './image-folder'

/** One image of a dataset, as it is found before anything is decoded. */
export interface DatasetSample {
  /** Relative to the dataset's root, with '/' on every platform. */
  path: string
  /** The class folder: the first folder level below the root, null for files at the root. */
  folder: string | null
}

export interface DatasetListing {
  /** In natural order of their paths. */
  samples: DatasetSample[]
  /** Sentences about what was passed over. */
  problems: string[]
}

/** A place that samples come from. An image folder today; manifests and archives implement the same. */
export interface DatasetSource {
  /** Absolute path by which the dataset is known. */
  readonly root: string
  /** Lists every sample. Throws 'unsupported-dataset' when there is none. */
  list(signal?: AbortSignal): Promise<DatasetListing>
  /** Absolute path of a sample's file; throws 'not-found' for a path that would leave the root. */
  locate(path: string): string
}

/** The source for whatever lies at `path`. Throws 'not-found' and 'unsupported-dataset'. */
export async function openDataset(path: string): Promise<DatasetSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no folder ${path}; check the path of the dataset.`, { cause })
  })
  if (found.isDirectory()) return new ImageFolder(path)
  throw new HeadlightError(
    'unsupported-dataset',
    `${path} is a file; choose the folder that holds the images, with one folder a class.`,
  )
}
