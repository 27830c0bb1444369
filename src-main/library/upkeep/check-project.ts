import { readdirSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DatasetCheck, FileCheck, ModelCheck, ProjectCheck, SampleGroup } from '@shared/api'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { CLASS_VECTORS_FOLDER } from '@shared/kept-class-vectors'
import { backupFiles } from '../project/backups'
import { missingClassVectors } from '../project/class-vector-files'
import type { Project } from '../project/project'
import type { QueryLane } from '../queries/query-lane'
import { storedModel } from '../stored/stored-run'
import { type MatchOptions, matchDataset } from './match-dataset'

export interface CheckOptions extends Pick<MatchOptions, 'deep' | 'progress' | 'signal'> {
  /** Reads the project's files: in a thread of its own, where others call the library meanwhile. */
  lane: QueryLane
}

/**
 * Looks for damage everywhere: the structure of the project's files, sample files that moved, changed or are missing,
 * and models that are missing or changed. With `deep` every sample file is read. Changes nothing.
 */
export async function checkProject(project: Project, options: CheckOptions): Promise<ProjectCheck> {
  const files = await checkFiles(project, options)
  const damaged = [project.review, project.cache].some(({ name }) =>
    files.some(({ file, problem }) => problem !== null && file === basename(name)),
  )
  // What a damaged database says about samples means nothing; opening the project anew mends it first.
  if (damaged) return report(options, files, [], [])
  const datasets: DatasetCheck[] = []
  const rows = project.review
    .prepare<[], { id: number; root: string }>(`SELECT id, root FROM dataset ORDER BY id`)
    .all()
  for (const { id, root } of rows) datasets.push(await checkDataset(id, root, options))
  const models = await checkModels(project, options)
  return report(options, files, datasets, models)
}

function report(
  { deep }: CheckOptions,
  files: FileCheck[],
  datasets: DatasetCheck[],
  models: ModelCheck[],
): ProjectCheck {
  const problems = [
    ...files.flatMap(({ file, problem }) => (problem === null ? [] : [`${file}: ${problem}`])),
    ...datasets.flatMap(sentencesOf),
    ...models.flatMap(({ problem }) => problem ?? []),
  ]
  return {
    ok: problems.length === 0,
    problems,
    checked: datasets.reduce((sum, { match }) => sum + (match?.samples ?? 0), 0),
    ...{ deep, files, datasets, models },
  }
}

/** Both databases and the backups. A file that was set aside as damaged earlier is not a problem of this project any more. */
async function checkFiles(project: Project, { lane, progress, signal }: CheckOptions): Promise<FileCheck[]> {
  const backups = backupFiles(project.path).map((file) => basename(file))
  const databases = readdirSync(project.path).filter((name) => /^[^.]+\.sqlite$/.test(name))
  const names = [...databases, ...backups]
  const checks: FileCheck[] = []
  for (const [index, file] of names.sort().entries()) {
    signal?.throwIfAborted()
    progress(`Checking ${file}`, index, names.length)
    const alone = project.networkDisk !== null
    const damage = await lane.ask('fileFault', [file, alone], signal)
    const isOpen = [project.review, project.cache].some(({ name }) => basename(name) === file)
    const problem =
      damage === null || !isOpen ? damage : `${damage}; close the project and open it again, which sets the file aside`
    checks.push({ file, bytes: statSync(join(project.path, file)).size, problem })
  }
  const missing = missingClassVectors(project.path, project.review).map((file) => ({
    file: `${CLASS_VECTORS_FOLDER}/${basename(file)}`,
    bytes: 0,
    problem:
      'is missing, and a run needs it; close the project and open it again, which takes it from its backup where there is one',
  }))
  return [...checks, ...missing]
}

async function checkDataset(id: number, root: string, options: CheckOptions): Promise<DatasetCheck> {
  const { known, reserved } = await options.lane.ask('knownSamples', [id], options.signal)
  try {
    const { match } = await matchDataset(known, { ...options, datasetId: id, formerRoot: root, path: root, reserved })
    return { root, match, problem: null }
  } catch (error) {
    if (options.signal?.aborted || !(error instanceof HeadlightError)) throw error
    const sentence =
      error.code === 'not-found'
        ? `The dataset of ${known.length} images is not at ${root} any more; find it with relink --data PATH.`
        : `The dataset at ${root} cannot be read: ${error.message}`
    return { root, match: null, problem: sentence }
  }
}

function sentencesOf({ root, match, problem }: DatasetCheck): string[] {
  if (match === null) return problem === null ? [] : [problem]
  const { missing, different, renamed } = match
  const sentences: [SampleGroup, string][] = [
    [missing, `missing from ${root}; restore them, or relink the dataset if it moved`],
    [different, `changed in ${root} since their results were computed; restore them or start a new run`],
    [renamed, `moved inside ${root}; relink --data with the same path takes the new names`],
  ]
  return sentences.flatMap(([group, what]) =>
    group.count === 0 ? [] : [`${countOf(group)} ${what}: ${listOf(group)}.`],
  )
}

const countOf = ({ count }: SampleGroup) => (count === 1 ? '1 image is' : `${count} images are`)

function listOf({ count, examples }: SampleGroup): string {
  const more = count - examples.length
  return more > 0 ? `${examples.join(', ')} and ${more} more` : examples.join(', ')
}

/** Every model once, however many runs it has; its files are read as a whole. */
async function checkModels(project: Project, { progress, signal }: CheckOptions): Promise<ModelCheck[]> {
  const models = modelsOf(project)
  const checks: ModelCheck[] = []
  for (const [index, { path, hash, runs }] of models.entries()) {
    signal?.throwIfAborted()
    progress('Reading the models', index, models.length)
    checks.push({ path, runs, problem: await modelProblem(path, hash) })
  }
  return checks
}

async function modelProblem(path: string, hash: string): Promise<string | null> {
  try {
    // Loaded when it is needed: ONNX's messages take longer to set up than most of this process.
    const { modelIdentity } = await import('@headlight/explain/onnx')
    const now = await modelIdentity(path)
    if (now.hash === hash) return null
    return `${path} is another model than the runs were computed with (SHA-256 ${now.hash.slice(0, 12)}…, not ${hash.slice(0, 12)}…).`
  } catch (error) {
    const { code, message } = toErrorValue(error)
    if (code !== 'not-found') return `${path} cannot be read as a model: ${message}`
    return `The model is not at ${path} any more; results stay, and relink --model M.onnx lets its runs go on.`
  }
}

/** The models of a project's runs, told apart by content. */
export function modelsOf(project: Project): { path: string; hash: string; runs: string[] }[] {
  const rows = project.review
    .prepare<[], { id: number; name: string; model: string }>(`SELECT id, name, model FROM run ORDER BY id`)
    .all()
  const models = new Map<string, { path: string; hash: string; runs: string[] }>()
  for (const { id, name, model } of rows) {
    const { path, hash } = storedModel({ id, model })
    const known = models.get(hash)
    if (known) known.runs.push(name)
    else models.set(hash, { path, hash, runs: [name] })
  }
  return [...models.values()]
}

/** True where something lies at a path. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
