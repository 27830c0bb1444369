/** Query hooks of the form of a new run: what lies beside the model, and what the model will see of the dataset. */
import type { InputPreview, Preprocessing } from '@shared/api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ModelChoice } from './queries'
import { programKey } from './query-keys'
import { service } from './service'

/** Preprocessing and class names, found beside the model or in files of the user's choice. */
export function useModelFiles(
  path: string | null,
  chosen: ModelChoice & { preprocessPath: string | null; labelsPath: string | null },
) {
  return useQuery({
    queryKey: programKey('model-files', path, chosen),
    queryFn: ({ signal }) => service.call('model.files', { path: path ?? '', ...chosen }, { signal }),
    enabled: path !== null,
  })
}

/** Small pictures of the few samples that stand for a dataset. */
export function useDatasetPictures(path: string | null) {
  return useQuery({
    queryKey: programKey('dataset-pictures', path),
    queryFn: ({ signal }) => service.call('dataset.pictures', { path: path ?? '' }, { signal }),
    enabled: path !== null,
  })
}

/** Previews of what the model would be fed, at most. */
const PREVIEWS = 4

/** What the model would be fed of the first few of them. */
export function useDatasetInputs(path: string | null, preprocessing: Preprocessing | null) {
  return useQuery({
    queryKey: programKey('dataset-inputs', path, preprocessing),
    queryFn: ({ signal }) =>
      service.call('dataset.inputs', { path: path ?? '', preprocessing: preprocessing!, count: PREVIEWS }, { signal }),
    enabled: path !== null && preprocessing !== null,
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  })
}

/** Whether there are previews and none has an input: a run would have no result either. */
export const allFail = (previews: readonly InputPreview[] | undefined): boolean =>
  previews !== undefined && previews.length > 0 && previews.every(({ input }) => input === null)
