import { setImmediate } from 'node:timers/promises'
import type {
  AnnotationCallName,
  ClassMatch,
  DatasetReport,
  ErrorGroup,
  HeadGrouping,
  LabelMapping,
  ModelInfo,
  ProjectInfo,
  ProviderId,
  RunDefinition,
  RunInfo,
  RunState,
  SampleQuery,
} from '@shared/api'
import type { Certificate } from '@headlight/explain/report'
import { type ErrorValue, HeadlightError, toErrorValue } from '@shared/errors'
import type { Recipe } from '@shared/figure/recipe'
import type { MethodId } from '@headlight/explain/methods'
import type { ModelClasses } from '../datasets/match-classes'
import { type AnnotationInput, answerAnnotationCall } from './annotations'
import { finishFollowing } from './annotations/change-terms'
import { findSample } from './annotations/sample-finder'
import type { Abortable, ScanOptions, BatchResult, BegunRun, LibraryApi } from './api'
import { measureStorage } from './measure-storage'
import { reviewKey } from './lineage/join-files'
import { removeUnclaimed, restoreRun, unclaimedRuns } from './lineage/unclaimed-runs'
import { listRecipes, removeRecipe, saveRecipe } from './recipes/recipe-files'
import type { CheckCopy } from './project/backups'
import { checkCopyInThread } from './project/check-copy'
import { isDamage } from './project/database-file'
import { Project } from './project/project'
import { type Holder, THIS_PROCESS } from './project/project-lock'
import { beginRun } from './run/begin-run'
import { commitBatch } from './run/commit-batch'
import { retryFailedSamples } from './run/enrol-samples'
import type { UnmeasuredGroup } from '@shared/masks'
import { readErrorGroups } from './run/error-groups'
import { readUnmeasured } from './run/unmeasured'
import { finishMatching, matchRunLabels, readRunLabels } from './run/run-labels'
import { readQueue, writeQueue } from './run/run-queue'
import { deleteRun, purgeDeleted, undeleteRun } from './run/deleted-runs'
import { listRuns, pauseInterruptedRuns, readRun, renameRun, writeRunProvider, writeRunState } from './run/run-records'
import { DatasetPreviews } from './samples/dataset-previews'
import { registerFoldCase } from './samples/fold-case'
import { ProjectThumbnails } from './samples/project-thumbnails'
import { locateAll, locateSample, readPending } from './samples/sample-files'
import { directLane, type QueryLane, ThreadLane } from './queries/query-lane'
import { sealStaleBlocks } from './columns/seal-blocks'
import { idsOfPaths } from './samples/ids-of-paths'
import { Thumbnails } from './samples/thumbnails'
import { registerHeadWeight } from './statistics/sql-head-weight'
import type { Norm } from './columns/weight-blocks'
import { readPlaces } from './upkeep/places'
import { relinkModel } from './upkeep/relink-model'
import { readStorageFacts } from './upkeep/report-facts'
import { Upkeep } from './upkeep/upkeep'
import { listViews, removeView, saveView } from './views/saved-views'

interface Lanes {
  /** A page of rows, maps or annotations: what scrolls into sight. */
  rows: QueryLane
  /** Lists and counts: a window waits for them. */
  lists: QueryLane
  /** Statistics, which may take seconds. */
  statistics: QueryLane
}

/** The one owner of a project's files. At most one project is open; calls that need one throw 'usage' without. */
export class Library implements LibraryApi {
  private current: (Lanes & { project: Project; thumbnails: ProjectThumbnails }) | null = null
  private readonly thumbnails = new Thumbnails()
  private readonly upkeep = new Upkeep()
  private readonly checkCopy: CheckCopy | undefined
  private readonly previews = new DatasetPreviews(this.thumbnails)

  /** The folder of the open project. */
  get folder(): string | null {
    return this.current?.project.path ?? null
  }

  /**
   * `holder` is who others are told of that want the same project. Questions about many samples are answered in worker
   * threads that start from `entryFile` and call `serveQueries`; without it, in this thread.
   */
  constructor(
    private readonly holder: Holder = THIS_PROCESS,
    private readonly entryFile: string | null = null,
  ) {
    if (entryFile !== null) this.checkCopy = (copy, alone) => checkCopyInThread(entryFile, copy, alone)
  }

  async create(path: string): Promise<ProjectInfo> {
    await this.close()
    return this.enter(Project.create(path, this.holder, this.checkCopy))
  }

  async open(path: string): Promise<ProjectInfo> {
    await this.close()
    return this.enter(Project.open(path, this.holder, this.checkCopy))
  }

  async project(): Promise<ProjectInfo | null> {
    return this.current === null ? null : describe(this.current.project)
  }

  /** A file was found damaged: the next opening checks both. */
  doubtFiles(): void {
    this.current?.project.doubt()
  }

  async memory() {
    return { bytes: process.memoryUsage.rss(), highestBytes: process.resourceUsage().maxRSS * 1024 }
  }

  async close(): Promise<void> {
    const closing = this.current
    this.current = null
    if (closing === null) return
    await Promise.all([
      closing.rows.close(),
      closing.lists.close(),
      closing.statistics.close(),
      closing.thumbnails.close(),
    ])
    try {
      purgeDeleted(closing.project)
    } catch (error) {
      if (isDamage(error) || toErrorValue(error).code === 'project-damaged') closing.project.doubt()
      throw error
    } finally {
      // What cannot be removed now (the disk is full) goes at the next closing; the lock is given back in any case.
      await closing.project.close()
    }
  }

  async scan(path: string, model: ModelClasses | null, options: Abortable & ScanOptions = {}): Promise<DatasetReport> {
    return this.upkeep.list((onFound) => this.previews.scan(path, model, { ...options, onFound }))
  }

  async previewPictures(path: string) {
    return this.previews.pictures(path)
  }

  async previewSamples(path: string) {
    return this.previews.locations(path)
  }

  async beginRun(definition: RunDefinition, model: ModelInfo, certificate: Certificate | null): Promise<BegunRun> {
    const project = this.opened()
    const run = await this.upkeep.list((onFound) => beginRun(project, definition, model, certificate, { onFound }))
    this.sealInBackground([run])
    this.makeThumbnails(run)
    return run
  }

  async run(runId: number): Promise<RunInfo> {
    return readRun(this.opened(), runId)
  }

  async setRunState(runId: number, state: RunState, error?: Pick<ErrorValue, 'code' | 'message'>): Promise<void> {
    writeRunState(this.opened(), runId, state, error ?? null)
  }

  async setRunProvider(runId: number, provider: ProviderId): Promise<void> {
    writeRunProvider(this.opened(), runId, provider)
  }

  async retryFailures(runId: number): Promise<RunInfo> {
    return retryFailedSamples(this.opened(), runId)
  }

  async errorGroups(runId: number): Promise<ErrorGroup[]> {
    return readErrorGroups(this.opened(), runId)
  }

  async unmeasured(runId: number): Promise<UnmeasuredGroup[]> {
    return readUnmeasured(this.opened(), runId)
  }

  async runLabels(runId: number): Promise<ClassMatch[]> {
    return readRunLabels(this.opened(), runId)
  }

  async matchRunLabels(runId: number, mapping: LabelMapping): Promise<RunInfo> {
    matchRunLabels(this.opened(), runId, mapping)
    const run = await this.run(runId)
    this.sealInBackground([run])
    return run
  }

  async restoreRun(runId: number): Promise<ProjectInfo> {
    const project = this.opened()
    restoreRun(project, runId)
    void this.sealInBackground([await this.run(runId)])
    return describe(project)
  }

  async removeUnclaimed(runId: number): Promise<ProjectInfo> {
    removeUnclaimed(this.opened(), runId)
    return describe(this.opened())
  }

  async renameRun(runId: number, name: string): Promise<RunInfo> {
    return renameRun(this.opened(), runId, name)
  }

  async deleteRun(runId: number): Promise<ProjectInfo> {
    deleteRun(this.opened(), runId)
    return describe(this.opened())
  }

  async undeleteRun(runId: number): Promise<ProjectInfo> {
    undeleteRun(this.opened(), runId)
    return describe(this.opened())
  }

  async queue(): Promise<number[]> {
    return readQueue(this.opened())
  }

  async setQueue(runIds: number[]): Promise<void> {
    writeQueue(this.opened(), runIds)
  }

  async pending(runId: number, after: number, limit: number) {
    return readPending(this.opened(), runId, after, limit)
  }

  async commit(runId: number, batch: BatchResult) {
    // The images of a run are decoded elsewhere, on the same cores.
    this.entered().thumbnails.postpone()
    return commitBatch(this.opened(), await this.run(runId), batch)
  }

  async measureStorage(definition: RunDefinition, model: ModelInfo, withMasks: boolean, samples: number) {
    return measureStorage(definition, model, withMasks, samples)
  }

  async query({ runId, filter, sort, descending }: SampleQuery, { signal }: Abortable = {}) {
    return this.lane('lists').ask('query', [await this.run(runId), filter, sort, descending], signal)
  }

  async rows(runId: number, ids: Uint32Array) {
    return this.lane('rows').ask('rows', [await this.run(runId), ids])
  }

  async facets(runId: number, filter: string, { signal }: Abortable = {}) {
    return this.lane('lists').ask('facets', [await this.run(runId), filter], signal)
  }

  async idsOfPaths(runId: number, paths: string[]) {
    return idsOfPaths(this.opened(), runId, paths)
  }

  async maps(runId: number, ids: Uint32Array, method: MethodId) {
    return this.lane('rows').ask('maps', [await this.run(runId), ids, method])
  }

  async columnFacts(runId: number, { signal }: Abortable = {}) {
    return this.lane('statistics').ask('columnFacts', [await this.run(runId)], signal)
  }

  async scores(runId: number, ids: Uint32Array) {
    return this.lane('rows').ask('scores', [await this.run(runId), ids])
  }

  async outcomes(runId: number, ids: Uint32Array, topK: number) {
    return this.lane('rows').ask('outcomes', [await this.run(runId), ids, topK])
  }

  async detail(runId: number, id: number) {
    return this.lane('rows').ask('detail', [await this.run(runId), id])
  }

  async file(runId: number, id: number) {
    return locateSample(this.opened(), await this.run(runId), id)
  }

  async thumbnail(runId: number, id: number, size: number): Promise<Uint8Array> {
    const { file } = await this.file(runId, id)
    return this.entered().thumbnails.read(id, file, size)
  }

  async headStatistics(runId: number, by: HeadGrouping, filter: string, norm: Norm, { signal }: Abortable = {}) {
    return this.lane('statistics').ask('headStatistics', [await this.run(runId), by, filter, norm], signal)
  }

  async headDifference(
    runId: number,
    filterA: string,
    filterB: string,
    norm: Norm,
    { signal, stratified = false }: Abortable & { stratified?: boolean } = {},
  ) {
    const run = await this.run(runId)
    return this.lane('statistics').ask('headDifference', [run, filterA, filterB, norm, stratified], signal)
  }

  async recipes() {
    return listRecipes(this.opened().path)
  }

  async saveRecipe(recipe: Recipe) {
    return saveRecipe(this.opened().path, recipe)
  }

  async removeRecipe(name: string) {
    return removeRecipe(this.opened().path, name)
  }

  async views() {
    return listViews(this.opened())
  }

  async saveView(name: string, address: string) {
    return saveView(this.opened(), name, address)
  }

  async removeView(name: string) {
    removeView(this.opened(), name)
  }

  async confusion(runId: number, filter: string, { signal }: Abortable = {}) {
    return this.lane('lists').ask('confusion', [await this.run(runId), filter], signal)
  }

  async headAttention(runId: number, layer: number, head: number, { signal }: Abortable = {}) {
    return this.lane('statistics').ask('headAttention', [await this.run(runId), layer, head], signal)
  }

  async localisation(runId: number, filter: string, { signal }: Abortable = {}) {
    return this.lane('statistics').ask('localisation', [await this.run(runId), filter], signal)
  }

  async localisationDifference(
    runId: number,
    filterA: string,
    filterB: string,
    { signal, stratified }: Abortable & { stratified: boolean },
  ) {
    const run = await this.run(runId)
    return this.lane('statistics').ask('localisationDifference', [run, filterA, filterB, stratified], signal)
  }

  async findSample(path: string): Promise<number> {
    return findSample(this.opened(), path)
  }

  async annotations<Name extends AnnotationCallName>(name: Name, input: AnnotationInput<Name>) {
    return answerAnnotationCall(this.opened(), this.entered(), name, input)
  }

  async places() {
    return readPlaces(this.opened())
  }

  async check({ deep, signal }: { deep: boolean; signal?: AbortSignal }) {
    return this.inOwnLane((project, lane) => this.upkeep.check(project, { deep, lane, signal }))
  }

  async previewRelink(options: { datasetId: number; path: string; signal?: AbortSignal }) {
    return this.upkeep.preview(this.opened(), this.lane('statistics'), options)
  }

  async relink(plan: number): Promise<ProjectInfo> {
    this.upkeep.apply(this.opened(), plan)
    return describe(this.opened())
  }

  async relinkModel(path: string): Promise<ProjectInfo> {
    await relinkModel(this.opened(), path)
    return describe(this.opened())
  }

  async storageFacts() {
    return this.inOwnLane((project, lane) => readStorageFacts(project, lane))
  }

  async taskProgress() {
    return this.upkeep.progress()
  }

  private async enter(project: Project): Promise<ProjectInfo> {
    try {
      registerHeadWeight(project.cache)
      registerFoldCase(project.cache)
      pauseInterruptedRuns(project)
      finishMatching(project)
      await finishFollowing(project)
    } catch (error) {
      // Nobody else would close it, and its lock would stay.
      if (isDamage(error) || toErrorValue(error).code === 'project-damaged') project.doubt()
      await project.close()
      throw error
    }
    const { path, networkDisk } = project
    const thumbnails = new ProjectThumbnails(path, networkDisk !== null, reviewKey(project), this.thumbnails)
    const [rows, lists, statistics] = [this.newLane(project), this.newLane(project), this.newLane(project)]
    this.current = { project, thumbnails, rows, lists, statistics }
    const info = describe(project)
    this.sealInBackground(info.runs)
    this.makeThumbnails(info.runs.at(-1))
    return info
  }

  /** A block at a time, so that whatever is asked meanwhile is answered in between. */
  private async sealBlocks(project: Project, runs: readonly RunInfo[]): Promise<void> {
    for (const run of runs) {
      const steps = sealStaleBlocks(project.cache, run)
      do await setImmediate()
      while (this.current?.project === project && steps.next().done === false)
    }
  }

  /** Rows answer in the place of columns that are not there: what fails here costs time, and nothing else. */
  private sealInBackground(runs: readonly RunInfo[]): void {
    const project = this.opened()
    this.sealBlocks(project, runs).catch((error: unknown) => {
      if (isDamage(error)) project.doubt()
      console.error(`Columns of results are not written: ${toErrorValue(error).message}`)
    })
  }

  private newLane(project: Project): QueryLane {
    // On a network disk no second connection may read.
    if (this.entryFile === null || project.networkDisk !== null) return directLane(project)
    return new ThreadLane(this.entryFile, { review: project.review.name, cache: project.cache.name })
  }

  /** What reads for long, which statistics would wait for, or what would wait for those. */
  private async inOwnLane<Result>(work: (project: Project, lane: QueryLane) => Promise<Result>): Promise<Result> {
    const project = this.opened()
    const lane = this.newLane(project)
    try {
      return await work(project, lane)
    } finally {
      await lane.close()
    }
  }

  private makeThumbnails(run: RunInfo | undefined): void {
    const { project, thumbnails } = this.entered()
    thumbnails.postpone()
    if (run !== undefined) thumbnails.makeInAdvance(() => locateAll(project, run.id))
  }

  private lane(name: keyof Lanes): QueryLane {
    return this.entered()[name]
  }

  private opened(): Project {
    return this.entered().project
  }

  private entered() {
    if (this.current === null) throw new HeadlightError('usage', 'No project is open; open or create one first.')
    return this.current
  }
}

function describe(project: Project): ProjectInfo {
  return {
    path: project.path,
    name: project.name,
    runs: listRuns(project),
    queue: readQueue(project),
    notices: [...project.notices],
    unclaimed: unclaimedRuns(project),
  }
}
