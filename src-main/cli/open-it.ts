/** The line that says how a project is opened in the window. */
export function openIt(project: string): string {
  return `open it   npm start, or: npm run headlight -- serve --project ${shellWord(project)}`
}

function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
