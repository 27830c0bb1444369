/** What a user can attach to a bug report: logs, versions, settings and what the open project says about itself. */
import { arch, cpus, freemem, homedir, hostname, release, totalmem, userInfo } from 'node:os'
import { dirname } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type { BugReport, ProjectInfo, ReportFile, RunInfo } from '@shared/api'
import type { StorageFacts } from '../library/upkeep/report-facts'
import type { Library } from '../runs/compute-source'
import type { ProgramLog } from './program-log'
import { type NamedPlace, redact } from './redact'

export interface ReportSource {
  library: Library
  log: ProgramLog
  version: string
  shell: string
}

/**
 * Collects the report. No image, no image's name, no class name, no tag or note is in it; paths are cut to their last
 * part. Every file can be read before the archive is given away.
 */
export async function collectReport({ library, log, version, shell }: ReportSource): Promise<BugReport> {
  const project = await library.project.current()
  const storage = project === null ? null : await library.upkeep.storageFacts()
  const hide = (text: string) => redact(text, placesOf(project, storage))
  const json = (value: unknown) => hide(`${JSON.stringify(value, null, 2)}\n`)
  const files: ReportFile[] = [
    {
      name: 'versions.json',
      about: 'Versions of Headlight, Node and the system; processor and memory.',
      text: json(versions(version, shell)),
    },
    { name: 'settings.json', about: 'HEADLIGHT_ variables that are set, by name.', text: json(settings()) },
  ]
  if (project !== null && storage !== null) {
    const { files: sizes, databases, networkDisk, errors } = storage
    files.push(
      {
        name: 'project/runs.json',
        about: 'Runs: settings, state and counts. Class names are only counted.',
        text: json(project.runs.map(runFacts)),
      },
      {
        name: 'project/models.json',
        about: 'What was found in each model, and its certificate.',
        text: json(models(project.runs)),
      },
      {
        name: 'project/errors.json',
        about: 'Images that failed, grouped by reason, without their names.',
        text: json(errors),
      },
      {
        name: 'project/storage.json',
        about: 'Sizes and versions of the project’s files, rows of each table.',
        text: json({ files: sizes, databases, networkDisk, notices: project.notices }),
      },
    )
  }
  for (const { name, text } of log.read()) {
    files.push({
      name: `logs/${name}`,
      about: 'What the program did: starts, failures, ended processes.',
      text: hide(text),
    })
  }
  const listed = [{ name: 'README.txt', about: 'What is inside.', text: contents(files) }, ...files]
  const stamp = new Date().toISOString().slice(0, 16).replaceAll(':', '').replace('T', '-')
  const zip = zipSync(Object.fromEntries(listed.map(({ name, text }) => [name, strToU8(text)])))
  return { fileName: `headlight-report-${stamp}.zip`, files: listed, zip }
}

function contents(files: readonly ReportFile[]): string {
  const lines = files.map(({ name, about }) => `${name.padEnd(24)} ${about}`)
  return [
    'A report of Headlight for whoever helps with a problem.',
    'It holds no images, no names of images, no class names, no tags and no notes; paths are cut to their last part.',
    '',
    ...lines,
    '',
  ].join('\n')
}

function versions(version: string, shell: string) {
  return {
    headlight: version,
    shell,
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    system: `${process.platform} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? null,
    cores: cpus().length,
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    collectedAt: new Date().toISOString(),
  }
}

/** Names and lengths only: a value may be a path or a secret. */
function settings() {
  const set = Object.entries(process.env).filter(([name]) => name.startsWith('HEADLIGHT_'))
  return { environment: Object.fromEntries(set.map(([name, value]) => [name, `${value?.length ?? 0} characters`])) }
}

function runFacts({ definition, model, certificate: _certificate, error, ...run }: RunInfo) {
  const { labels, modelPath: _model, dataPath: _data, masksPath, name: _name, ...settings } = definition
  return {
    ...run,
    name: `run ${run.id}`,
    error,
    modelHash: model.hash,
    definition: { ...settings, classes: labels.length, masks: masksPath !== null },
  }
}

function models(runs: readonly RunInfo[]) {
  const byHash = new Map(runs.map(({ model, certificate }) => [model.hash, { model, certificate }]))
  return [...byHash.values()].map(({ model: { path: _path, ...model }, certificate }) => ({ model, certificate }))
}

function placesOf(project: ProjectInfo | null, storage: StorageFacts | null): NamedPlace[] {
  const places: NamedPlace[] = [
    { path: homedir(), name: '~' },
    { path: hostname(), name: '<host>' },
    { path: `/${userInfo().username}/`, name: '/<user>/' },
  ]
  if (project === null) return places
  places.push({ path: project.path, name: '<project>' })
  storage?.roots.forEach((path, index) => places.push({ path, name: `<dataset ${index + 1}>` }))
  for (const { definition, id } of project.runs) {
    if (definition.masksPath !== null) places.push({ path: definition.masksPath, name: `<masks ${id}>` })
    places.push({ path: dirname(definition.modelPath), name: `<model ${id}>` })
  }
  return places
}
