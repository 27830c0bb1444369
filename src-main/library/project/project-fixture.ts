import type { Project } from './project'

/** A value of a project, to be looked for later. For tests. */
export const writeSetting = (project: Project) => project.review.prepare(`INSERT INTO setting VALUES ('k', 'v')`).run()

export const setting = (project: Project) =>
  project.review.prepare(`SELECT value FROM setting WHERE key = 'k'`).pluck().get()
