import type { AnnotationsApi } from './annotations/api'
import type { DatasetsApi } from './datasets/api'
import type { FiguresApi } from './figures/api'
import type { ProjectApi } from './project/api'
import type { QuantitiesApi } from './quantities/api'
import type { RunsApi } from './run/api'
import type { SamplesApi } from './samples/api'
import type { StatisticsApi } from './statistics/api'
import type { UpkeepApi } from './upkeep/api'
import type { ViewsApi } from './views/api'

/**
 * What the library process does for others, in parts. It owns both SQLite files.
 *
 * Every call takes one object of named arguments, or nothing. One that may take long takes `{ signal }` beside it, and throws
 * 'cancelled' where nobody waits for the answer any more. One that needs a project throws 'usage' while none is open.
 */
export interface LibraryApi {
  project: ProjectApi
  datasets: DatasetsApi
  runs: RunsApi
  samples: SamplesApi
  statistics: StatisticsApi
  quantities: QuantitiesApi
  annotations: AnnotationsApi
  figures: FiguresApi
  views: ViewsApi
  upkeep: UpkeepApi
}
