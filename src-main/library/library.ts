import { annotationsPart } from './annotations/annotations'
import type { LibraryApi } from './api'
import { CurrentProject } from './current-project'
import { datasetsPart } from './datasets/datasets'
import { figuresPart } from './figures/figures'
import { THIS_PROCESS } from './project/project-lock'
import { quantitiesPart } from './quantities/quantities-part'
import { runsPart } from './run/runs'
import { samplesPart } from './samples/samples'
import { Thumbnails } from './samples/thumbnails'
import { statisticsPart } from './statistics/statistics'
import { LongTasks } from './upkeep/long-tasks'
import { upkeepPart } from './upkeep/upkeep'
import { viewsPart } from './views/views'

/** The one owner of a project's files: the parts of the library over the project that is open. */
export class Library implements LibraryApi {
  readonly project: CurrentProject
  readonly datasets: LibraryApi['datasets']
  readonly runs: LibraryApi['runs']
  readonly samples: LibraryApi['samples']
  readonly statistics: LibraryApi['statistics']
  readonly quantities: LibraryApi['quantities']
  readonly annotations: LibraryApi['annotations']
  readonly figures: LibraryApi['figures']
  readonly views: LibraryApi['views']
  readonly upkeep: LibraryApi['upkeep']

  /**
   * `holder` is who others are told of that want the same project. Questions about many samples are answered in worker
   * threads that start from `entryFile` and call `serveQueries`; without it, in this thread.
   */
  constructor(holder = THIS_PROCESS, entryFile: string | null = null) {
    const thumbnails = new Thumbnails()
    const tasks = new LongTasks()
    this.project = new CurrentProject({ holder, entryFile, thumbnails })
    this.datasets = datasetsPart(thumbnails, tasks)
    this.runs = runsPart(this.project, tasks)
    this.samples = samplesPart(this.project)
    this.statistics = statisticsPart(this.project)
    this.quantities = quantitiesPart(this.project)
    this.annotations = annotationsPart(this.project)
    this.figures = figuresPart(this.project)
    this.views = viewsPart(this.project)
    this.upkeep = upkeepPart(this.project, tasks)
  }
}
