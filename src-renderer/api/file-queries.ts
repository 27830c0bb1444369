/** What lies on this machine's disks. */
import { useQuery } from '@tanstack/react-query'
import { programKey } from './query-keys'
import { service } from './service'

/** What lies at a path: a project, a model, a dataset or none of these. */
export const describeFile = (path: string) => service.call('files.describe', { path })

/** Names that are tried before the first one is given after all. */
const MAX_TRIED = 50

/** The first of `name`, `name-2`, `name-3` … of which nothing is in the folder yet; `name` while that is not known. */
export function useFreeName(folder: string | undefined, name: string, ending: string): string {
  const taken = useQuery({
    queryKey: programKey('taken-names', folder),
    queryFn: async ({ signal }) => {
      const { entries } = await service.call('files.list', { path: folder ?? null }, { signal })
      return new Set(entries.map((entry) => entry.name.toLowerCase()))
    },
    enabled: folder !== undefined,
    refetchOnMount: 'always',
    gcTime: 0,
  })
  const tried = Array.from({ length: MAX_TRIED }, (_, i) => (i === 0 ? name : `${name}-${i + 1}`))
  return tried.find((each) => !taken.data?.has(`${each}${ending}`.toLowerCase())) ?? name
}
