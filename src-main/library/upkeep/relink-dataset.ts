import { existsSync } from 'node:fs'
import { dirname, posix, resolve, win32 } from 'node:path'
import type { RelinkPreview, RunDefinition } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { MaskLocation } from '../../datasets/location'
import { readMaskLocation, StoredLocations, writeMaskLocation } from '../../datasets/stored-locations'
import type { Project } from '../project/project'
import { storedDefinition, storedModel } from '../stored/stored-run'
import { definitionHash } from '../run/definition-hash'
import { copyRuns } from '../lineage/run-copies'
import type { QueryLane } from '../queries/query-lane'
import { isWindowsPath, type MatchedDataset, type MatchOptions, matchDataset } from './match-dataset'

/** Masks whose presence is looked at for the preview. */
const MASKS_LOOKED_AT = 200

export interface RelinkPlan {
  datasetId: number
  from: string
  matched: MatchedDataset
}

/** How the dataset would be found at another path; changes nothing, reads on `lane`. Throws 'not-found', 'unsupported-dataset', 'usage'. */
export async function planRelink(
  project: Project,
  lane: QueryLane,
  options: Pick<MatchOptions, 'datasetId' | 'path' | 'progress' | 'signal'>,
): Promise<RelinkPlan> {
  const { datasetId } = options
  const from = rootOf(project, datasetId)
  const { known, reserved } = await lane.ask('knownSamples', [datasetId], options.signal)
  const matched = await matchDataset(known, { ...options, formerRoot: from, reserved, deep: false })
  const other = project.review
    .prepare<[string, number], number>(`SELECT id FROM dataset WHERE root = ? AND id <> ?`)
    .pluck()
    .get(matched.root, datasetId)
  if (other !== undefined) {
    const sentence = `${matched.root} is another dataset of this project already; its runs know its images by themselves.`
    throw new HeadlightError('usage', sentence)
  }
  if (matched.placed.length === 0) {
    const sentence = `None of the ${matched.match.samples} images that the project knows of ${from} are in ${matched.root}; choose the folder that holds them.`
    throw new HeadlightError('not-found', sentence)
  }
  return { datasetId, from, matched }
}

/** The plan in numbers. */
export function previewOf(project: Project, plan: number, { datasetId, from, matched }: RelinkPlan): RelinkPreview {
  const masks = masksOf(project, datasetId)
  const move = mover(from, matched.root)
  const looked = masks.slice(0, MASKS_LOOKED_AT).map((mask) => move(mask))
  const [first] = looked
  return {
    plan,
    from,
    match: matched.match,
    masks:
      first === undefined
        ? null
        : { path: dirname(first), found: looked.filter(existsSync).length, total: looked.length },
  }
}

/**
 * Points the project at the dataset's new place. Keys stay, and with them results and annotations; renamed files get
 * their new paths. The cache comes first: cut off in between, the former root still stands and relinking starts over.
 */
export function applyRelink(project: Project, { datasetId, from, matched }: RelinkPlan): void {
  const { root, placed } = matched
  const locations = new StoredLocations(root)
  const move = mover(from, root)
  const { cache, review } = project

  const describe = cache.prepare(`UPDATE sample SET path = ?, location = ? WHERE id = ?`)
  cache.transaction(() => {
    for (const { known, found } of placed) {
      describe.run(found.path, locations.write(found.path, found.location), known.id)
    }
    moveMasks(project, datasetId, move)
  })()

  const rename = review.prepare(`UPDATE sample_key SET path = ? WHERE id = ?`)
  const renamed = placed.filter(({ known, found }) => known.path !== found.path)
  const rebase = review.prepare(`UPDATE run SET definition = ?, definition_hash = ? WHERE id = ?`)
  review.transaction(() => {
    review.prepare(`UPDATE dataset SET root = ? WHERE id = ?`).run(root, datasetId)
    // Two files may have changed places: first all of them leave, then each takes its new path.
    for (const { known } of renamed) rename.run(`\n${known.id}`, known.id)
    for (const { known, found } of renamed) rename.run(found.path, known.id)
    for (const { id, definition, model } of runsOf(project, datasetId)) {
      const masksPath = definition.masksPath === null ? null : movedIfThere(definition.masksPath, move)
      const next: RunDefinition = { ...definition, dataPath: root, masksPath }
      rebase.run(JSON.stringify(next), definitionHash(next, model.hash), id)
    }
  })()
  copyRuns(project)
}

interface ReadRun {
  id: number
  definition: RunDefinition
  model: { hash: string }
}

function runsOf(project: Project, datasetId: number): ReadRun[] {
  return project.review
    .prepare<[number], { id: number; definition: string; model: string }>(
      `SELECT id, definition, model FROM run WHERE dataset_id = ?`,
    )
    .all(datasetId)
    .map(({ id, definition, model }) => ({
      id,
      definition: storedDefinition({ id, definition }),
      model: storedModel({ id, model }),
    }))
}

/** Where a path beside or inside the former root lies, when everything moved together. */
function mover(from: string, to: string): (path: string) => string {
  const style = isWindowsPath(from) ? win32 : posix
  return (path) => {
    if (isWindowsPath(path) !== isWindowsPath(from)) return path
    const relative = style.relative(from, path)
    return style.isAbsolute(relative) ? path : resolve(to, relative.split(style.sep).join('/'))
  }
}

function movedIfThere(path: string, move: (path: string) => string): string {
  const moved = move(path)
  return existsSync(moved) ? moved : path
}

function rowsWithMask(project: Project, datasetId: number) {
  return project.cache
    .prepare<[number], { run_id: number; sample_id: number; mask: string }>(
      `SELECT r.run_id, r.sample_id, r.mask FROM run_sample r JOIN sample s ON s.id = r.sample_id
       WHERE s.dataset_id = ? AND r.mask IS NOT NULL`,
    )
    .all(datasetId)
}

/** Files with masks of a dataset's samples. */
function masksOf(project: Project, datasetId: number): string[] {
  return rowsWithMask(project, datasetId).flatMap(({ mask }) => fileOfMask(readMaskLocation(mask)) ?? [])
}

function moveMasks(project: Project, datasetId: number, move: (path: string) => string): void {
  const write = project.cache.prepare(`UPDATE run_sample SET mask = ? WHERE run_id = ? AND sample_id = ?`)
  const folders = new Map<string, boolean>()
  for (const { run_id, sample_id, mask } of rowsWithMask(project, datasetId)) {
    const location = readMaskLocation(mask)
    const file = fileOfMask(location)
    if (location === null || file === null) continue
    const moved = move(file)
    const folder = dirname(moved)
    if (!folders.has(folder)) folders.set(folder, existsSync(folder))
    // Masks that stayed where they were are still right.
    if (folders.get(folder) === true) write.run(writeMaskLocation(withFile(location, moved)), run_id, sample_id)
  }
}

function fileOfMask(location: MaskLocation | null): string | null {
  if (location === null || typeof location === 'string') return location
  return location.kind === 'box' ? null : location.file
}

function withFile(location: MaskLocation, file: string): MaskLocation {
  if (typeof location === 'string') return file
  return location.kind === 'box' ? location : { ...location, file }
}

export function rootOf(project: Project, datasetId: number): string {
  const root = project.review.prepare<[number], string>(`SELECT root FROM dataset WHERE id = ?`).pluck().get(datasetId)
  if (root === undefined) throw new HeadlightError('not-found', `The project has no dataset ${datasetId}.`)
  return root
}
