/** Views that users keep under a name, in `review.sqlite`. */
import type { SavedView } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'

/** All of them, in alphabetical order. */
export function listViews({ review }: Project): SavedView[] {
  return review
    .prepare<[], SavedView>(`SELECT name, address, saved_at AS savedAt FROM saved_view`)
    .all()
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** Keeps an address under a name, in place of the one that had it. */
export function saveView({ review }: Project, name: string, address: string, now = new Date()): SavedView {
  const view: SavedView = { name, address, savedAt: now.toISOString() }
  review
    .prepare<[SavedView]>(
      `INSERT INTO saved_view VALUES (:name, :address, :savedAt)
       ON CONFLICT (name) DO UPDATE SET address = excluded.address, saved_at = excluded.saved_at`,
    )
    .run(view)
  return view
}

/** Throws 'not-found' where no view has the name. */
export function removeView({ review }: Project, name: string): void {
  const { changes } = review.prepare(`DELETE FROM saved_view WHERE name = ?`).run(name)
  if (changes === 0) throw new HeadlightError('not-found', `The project has no view "${name}".`)
}
