import { RecentProjects } from '../service/recent-projects'

/** Puts a project first in the window's list of recent ones. The line that says how it is opened there. */
export async function openIt(project: string): Promise<string> {
  await new RecentProjects().add(project)
  return `open it   npm start, or: npm run headlight -- serve --project ${shellWord(project)}`
}

function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
