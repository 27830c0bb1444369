/** Query hooks of the start screens and of the project: one hook a call of the contract. */
import type { EstimateRun, LabelMapping, LabelSource, RunInfo, StartRun } from '@shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLive } from './live'
import { enterProject, openProjectPath } from './open-project'
import { refreshProject } from './query-client'
import { OPEN_PROJECT, ofSameRun, programKey, readKey, runKey } from './query-keys'
import { service } from './service'
import { makeStale } from './stale'

export function useAppInfo() {
  return useQuery({ queryKey: programKey('app'), queryFn: ({ signal }) => service.call('app.info', {}, { signal }) })
}

export function useRecentProjects() {
  return useQuery({
    queryKey: programKey('recent'),
    queryFn: ({ signal }) => service.call('app.recent', {}, { signal }),
    refetchOnMount: 'always',
  })
}

/** Entries of a folder of this machine; null lists the place to start from. */
export function useFolder(path: string | null, enabled: boolean) {
  return useQuery({
    queryKey: programKey('folder', path),
    queryFn: ({ signal }) => service.call('files.list', { path }, { signal }),
    placeholderData: (previous) => previous,
    gcTime: 0,
    enabled,
  })
}

/** What of a model is explained; null for what Headlight takes by itself. */
export interface ModelChoice {
  output: string | null
  /** One of several towers of attention layers. */
  tower: string | null
  /** Vectors of the classes, for a model that gives features, and how features of tokens are read. */
  classes: StartRun['classes'] | null
  features: NonNullable<StartRun['features']> | null
}

export function useModelInspection(path: string | null, choice: ModelChoice) {
  return useQuery({
    queryKey: programKey('model', path, choice),
    queryFn: ({ signal }) => service.call('model.inspect', { path: path ?? '', ...choice }, { signal }),
    enabled: path !== null,
  })
}

export function useCertificate(path: string, choice: ModelChoice) {
  return useQuery({
    queryKey: programKey('certificate', path, choice),
    queryFn: ({ signal }) => service.call('model.certify', { path, ...choice }, { signal }),
  })
}

/** Matched with the classes of the model, where there is one. */
export function useDatasetReport(
  path: string | null,
  model: ModelChoice & { modelPath: string | null; labelsPath: string | null; labelSource: LabelSource | null },
) {
  return useQuery({
    queryKey: programKey('dataset', path, model),
    queryFn: ({ signal }) => service.call('dataset.scan', { path: path ?? '', ...model }, { signal }),
    enabled: path !== null,
  })
}

/** Disk that a run will take, and its time with `measure`, which computes a few images for it. */
export function useRunEstimate(request: EstimateRun, measure: boolean, enabled = true) {
  return useQuery({
    queryKey: programKey('estimate', openProjectPath(), request, measure),
    queryFn: ({ signal }) => service.call('run.estimate', { ...request, measure }, { signal }),
    placeholderData: measure ? undefined : (previous) => previous,
    enabled,
    retry: false,
  })
}

async function fetchOpenProject(signal: AbortSignal) {
  const project = await service.call('project.current', {}, { signal })
  enterProject(project?.path ?? null)
  return project
}

/** The open project, null when there is none. */
export function useProject() {
  return useQuery({
    queryKey: OPEN_PROJECT,
    queryFn: ({ signal }) => fetchOpenProject(signal),
  })
}

export function useRun(runId: number) {
  return useQuery({
    queryKey: runKey(runId, 'info'),
    queryFn: ({ signal }) => service.call('run.get', { runId }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

/** The last reported progress of a run; undefined while it has reported none. */
export function useRunProgress(runId: number) {
  return useLive((live) => live.progress[runId])
}

/** For calls after which another project is open, or what was known of this one holds no more. */
function useProjectMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  return useMutation({ mutationFn, onSuccess: refreshProject })
}

export function useOpenProject() {
  return useProjectMutation((path: string) => service.call('project.open', { path }))
}

export function useOpenDemo() {
  return useProjectMutation(() => service.call('project.openDemo', {}))
}

/**
 * Creates the project when a path is given, and starts the runs in it, one after the other; without a path the open
 * project takes them. Gives the first.
 */
export function useStartRuns() {
  return useProjectMutation(async ({ projectPath, runs }: { projectPath: string | null; runs: StartRun[] }) => {
    if (projectPath !== null) await service.call('project.create', { path: projectPath })
    const started: RunInfo[] = []
    for (const run of runs) started.push(await service.call('run.start', run))
    return started[0]!
  })
}

/** 'stop' is a pause that does not wait for the batches under way. */
export type RunAction = 'pause' | 'stop' | 'resume' | 'cancel'

export function useRunControl(runId: number) {
  return useRunMutation((action: RunAction) =>
    action === 'stop' ? service.call('run.pause', { runId, now: true }) : service.call(`run.${action}`, { runId }),
  )
}

/** Images of a run without a result, by the kind of their error. */
export function useRunErrors(runId: number, enabled: boolean) {
  return useQuery({
    queryKey: runKey(runId, 'errors'),
    queryFn: ({ signal }) => service.call('run.errors', { runId }, { signal }),
    enabled,
  })
}

/** Images of a run with a mask and no localisation, by reason; `done` are the images that have a result. */
export function useUnmeasured(runId: number, done: number, enabled: boolean) {
  return useQuery({
    queryKey: runKey(runId, 'unmeasured', done),
    queryFn: ({ signal }) => service.call('run.unmeasured', { runId }, { signal }),
    enabled,
  })
}

/** Labels of the dataset and the classes that they mean in a run. */
export function useRunLabels(runId: number) {
  return useQuery({
    queryKey: runKey(runId, 'labels'),
    queryFn: ({ signal }) => service.call('run.labels', { runId }, { signal }),
    gcTime: 0,
  })
}

export function useMatchLabels(runId: number) {
  return useProjectMutation((labelMapping: LabelMapping) => service.call('run.matchLabels', { runId, labelMapping }))
}

export function useQueueOrder() {
  return useRunMutation((runIds: number[]) => service.call('queue.order', { runIds }))
}

export function useGoOn() {
  return useRunMutation<void>(() => service.call('queue.goOn', {}))
}

/** Takes a run out of the queue; what it has stays. */
export function useDequeue() {
  return useRunMutation((runId: number) => service.call('run.pause', { runId }))
}

function useRunMutation<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () =>
      Promise.all([
        makeStale(client, { predicate: ({ queryKey }) => readKey(queryKey).kind === 'info' }),
        makeStale(client, { queryKey: OPEN_PROJECT }),
      ]),
  })
}
