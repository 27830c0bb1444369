/** What the desktop application's frame (menu, files opened with it) asks of the window. */
export type ShellCommand =
  /** There are paths to take: the window asks for them with `app.opened`. */
  'open' | 'new-project' | 'open-project' | 'palette' | 'shortcuts' | 'scheme'
