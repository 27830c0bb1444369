import { posix, resolve, win32 } from 'node:path'
import type { ProjectPlaces } from '@shared/api'
import type { Project } from '../project/project'
import { isThere, modelsOf } from './check-project'
import { knownSamples } from './known-samples'
import { isWindowsPath } from './match-dataset'

/** Where the project lay when its datasets were last where it knew them. */
const FORMER_PLACE = 'former-place'

/**
 * Whether datasets and models are where the project knows them. A dataset that is gone is looked for where it would
 * lie if it had moved together with the project.
 */
export async function readPlaces(project: Project): Promise<ProjectPlaces> {
  const rows = project.review
    .prepare<[], { id: number; root: string }>(`SELECT id, root FROM dataset ORDER BY id`)
    .all()
  const runs = project.review.prepare<[number], string>(`SELECT name FROM run WHERE dataset_id = ? ORDER BY id`).pluck()
  const former = readFormerPlace(project)
  const datasets = await Promise.all(
    rows.map(async ({ id, root }) => {
      const present = await isThere(root)
      return {
        ...{ id, root, present },
        suggestion: present || former === null ? null : await suggest(root, former, project.path),
        samples: present ? 0 : knownSamples(project, id).known.length,
        runs: runs.all(id),
      }
    }),
  )
  if (datasets.every(({ present }) => present)) writeFormerPlace(project)
  const models = await Promise.all(
    modelsOf(project).map(async (model) => ({ ...model, present: await isThere(model.path) })),
  )
  // A dataset that no run uses any more is left out.
  return { datasets: datasets.filter((dataset) => dataset.runs.length > 0), models }
}

async function suggest(root: string, former: string, now: string): Promise<string | null> {
  if (isWindowsPath(root) !== isWindowsPath(former)) return null
  const style = isWindowsPath(root) ? win32 : posix
  const relative = style.relative(former, root)
  if (style.isAbsolute(relative)) return null
  const likely = resolve(now, relative.split(style.sep).join('/'))
  return likely !== root && (await isThere(likely)) ? likely : null
}

function readFormerPlace(project: Project): string | null {
  const row = project.review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck()
  return row.get(FORMER_PLACE) ?? null
}

function writeFormerPlace(project: Project): void {
  if (readFormerPlace(project) === project.path) return
  project.review
    .prepare(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    .run(FORMER_PLACE, project.path)
}
