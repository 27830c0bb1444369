import type { Thumbnails } from '../samples/thumbnails'
import type { LongTasks } from '../upkeep/long-tasks'
import type { DatasetsApi } from './api'
import { DatasetPreviews } from './dataset-previews'

export function datasetsPart(thumbnails: Thumbnails, tasks: LongTasks): DatasetsApi {
  const previews = new DatasetPreviews(thumbnails)
  return {
    scan: ({ path, model, ...reading }, { signal } = {}) =>
      tasks.list((onFound) => previews.scan(path, model, { ...reading, signal, onFound })),
    pictures: ({ path }) => previews.pictures(path),
    samples: ({ path }) => previews.locations(path),
  }
}
