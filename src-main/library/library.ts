import type {
  AnnotationCallName,
  Certificate,
  DatasetReport,
  ErrorGroup,
  ModelInfo,
  ProjectInfo,
  ProviderId,
  RunDefinition,
  RunInfo,
  RunState,
  SampleQuery,
} from '@shared/api'
import { type ErrorValue, HeadlightError } from '@shared/errors'
import type { Recipe } from '@shared/figure/recipe'
import type { MethodId } from '@shared/methods'
import type { ModelClasses } from '../datasets/match-classes'
import { type AnnotationInput, answerAnnotationCall } from './annotations'
import { findSample } from './annotations/sample-finder'
import type { BatchResult, LibraryApi } from './api'
import { measureStorage } from './measure-storage'
import { listRecipes, removeRecipe, saveRecipe } from './recipes/recipe-files'
import { Project } from './project/project'
import { type Holder, THIS_PROCESS } from './project/project-lock'
import { beginRun } from './run/begin-run'
import { commitBatch } from './run/commit-batch'
import { retryFailedSamples } from './run/enrol-samples'
import { readErrorGroups } from './run/error-groups'
import { readQueue, writeQueue } from './run/run-queue'
import { listRuns, pauseInterruptedRuns, readRun, writeRunProvider, writeRunState } from './run/run-records'
import { DatasetPreviews } from './samples/dataset-previews'
import { locateSample, readPending } from './samples/sample-files'
import { countFacets, idsOfPaths, querySamples } from './samples/sample-queries'
import { readDetail, readLocalisation, readMaps } from './samples/sample-results'
import { readRows } from './samples/sample-rows'
import { Thumbnails } from './samples/thumbnails'
import { countConfusion } from './statistics/confusion'
import { headDifference } from './statistics/head-difference'
import { headStatistics } from './statistics/head-statistics'
import { registerHeadWeight } from './statistics/sql-head-weight'
import type { Grouping, Norm } from './statistics/running-heads'
import { readPlaces } from './upkeep/places'
import { relinkModel } from './upkeep/relink-model'
import { readStorageFacts } from './upkeep/report-facts'
import { Upkeep } from './upkeep/upkeep'

/** The one owner of a project's files. At most one project is open; calls that need one throw 'usage' without. */
export class Library implements LibraryApi {
  private current: Project | null = null

  /** `holder` is who others are told of that want the same project. */
  constructor(private readonly holder: Holder = THIS_PROCESS) {}

  private readonly thumbnails = new Thumbnails()
  private readonly upkeep = new Upkeep()
  private readonly previews = new DatasetPreviews(this.thumbnails)

  /** The folder of the open project. */
  get folder(): string | null {
    return this.current?.path ?? null
  }

  async create(path: string): Promise<ProjectInfo> {
    await this.close()
    return this.enter(Project.create(path, this.holder))
  }

  async open(path: string): Promise<ProjectInfo> {
    await this.close()
    return this.enter(Project.open(path, this.holder))
  }

  async project(): Promise<ProjectInfo | null> {
    return this.current === null ? null : describe(this.current)
  }

  async close(): Promise<void> {
    const closing = this.current
    this.current = null
    await closing?.close()
  }

  async scan(path: string, model: ModelClasses | null): Promise<DatasetReport> {
    return this.previews.scan(path, model)
  }

  async previewPictures(path: string) {
    return this.previews.pictures(path)
  }

  async previewSamples(path: string) {
    return this.previews.locations(path)
  }

  async beginRun(definition: RunDefinition, model: ModelInfo, certificate: Certificate | null): Promise<RunInfo> {
    return beginRun(this.opened(), definition, model, certificate)
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
    return commitBatch(this.opened(), await this.run(runId), batch)
  }

  async measureStorage(definition: RunDefinition, model: ModelInfo, withMasks: boolean) {
    return measureStorage(definition, model, withMasks)
  }

  async query({ runId, filter, sort, descending }: SampleQuery) {
    return querySamples(this.opened(), await this.run(runId), filter, sort, descending)
  }

  async rows(runId: number, ids: Uint32Array) {
    const { definition } = await this.run(runId)
    return readRows(this.opened(), runId, definition.labels, ids)
  }

  async facets(runId: number, filter: string) {
    return countFacets(this.opened(), await this.run(runId), filter)
  }

  async idsOfPaths(runId: number, paths: string[]) {
    return idsOfPaths(this.opened(), runId, paths)
  }

  async maps(runId: number, ids: Uint32Array, method: MethodId) {
    return readMaps(this.opened(), await this.run(runId), ids, method)
  }

  async detail(runId: number, id: number) {
    return readDetail(this.opened(), await this.run(runId), id)
  }

  async file(runId: number, id: number) {
    return locateSample(this.opened(), await this.run(runId), id)
  }

  async thumbnail(runId: number, id: number, size: number): Promise<Uint8Array> {
    const { file } = await this.file(runId, id)
    return this.thumbnails.read(file, size)
  }

  async headStatistics(runId: number, by: Grouping, filter: string, norm: Norm) {
    return headStatistics(this.opened(), await this.run(runId), by, filter, norm)
  }

  async headDifference(runId: number, filterA: string, filterB: string, norm: Norm) {
    return headDifference(this.opened(), await this.run(runId), filterA, filterB, norm)
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

  async confusion(runId: number, filter: string) {
    return countConfusion(this.opened(), await this.run(runId), filter)
  }

  async localisation(runId: number, filter: string) {
    return readLocalisation(this.opened(), await this.run(runId), filter)
  }

  async findSample(path: string): Promise<number> {
    return findSample(this.opened(), path)
  }

  async annotations<Name extends AnnotationCallName>(name: Name, input: AnnotationInput<Name>) {
    return answerAnnotationCall(this.opened(), name, input)
  }

  async places() {
    return readPlaces(this.opened())
  }

  async check({ deep, signal }: { deep: boolean; signal?: AbortSignal }) {
    return this.upkeep.check(this.opened(), deep, signal)
  }

  async previewRelink({ datasetId, path, signal }: { datasetId: number; path: string; signal?: AbortSignal }) {
    return this.upkeep.preview(this.opened(), datasetId, path, signal)
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
    return readStorageFacts(this.opened())
  }

  async upkeepProgress() {
    return this.upkeep.progress()
  }

  private enter(project: Project): ProjectInfo {
    registerHeadWeight(project.cache)
    pauseInterruptedRuns(project)
    this.current = project
    return describe(project)
  }

  private opened(): Project {
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
  }
}
