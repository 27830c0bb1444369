/** The menu of the desktop application: the standard roles of each platform, and the program's own commands. */
import type { MenuItemConstructorOptions } from 'electron'
import type { ShellCommand } from '@shared/api'

export interface MenuOptions {
  platform: NodeJS.Platform
  /** Tells the window. */
  command(command: ShellCommand): void
  /** Loads the window's page again, also in place of an error page. */
  reload(): void
}

/**
 * Items with a role do what the platform's users expect of them (electronjs.org/docs/api/menu-item#roles). Keys that the
 * window answers itself are shown, not registered: the window knows when a text field wants them.
 */
export function menuTemplate({ platform, command, reload }: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const item = (label: string, name: ShellCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(name),
    ...(accelerator && { accelerator }),
  })
  const shown = (label: string, name: ShellCommand, accelerator: string): MenuItemConstructorOptions => ({
    ...item(label, name, accelerator),
    registerAccelerator: false,
  })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        item('New Project…', 'new-project', 'CmdOrCtrl+N'),
        item('Open Project…', 'open-project', 'CmdOrCtrl+O'),
        ...(isMac
          ? [{ role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] } as MenuItemConstructorOptions]
          : []),
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        shown('Find or Do Anything…', 'palette', 'CmdOrCtrl+K'),
        item('Light or Dark', 'scheme'),
        separator,
        { label: 'Load the Window Again', accelerator: 'CmdOrCtrl+R', click: () => reload() },
        { role: 'toggleDevTools' },
        separator,
        ...(['resetZoom', 'zoomIn', 'zoomOut'] as const).map((role) => ({ role })),
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        shown('Keyboard Shortcuts', 'shortcuts', 'Shift+/'),
        ...(isMac ? [] : [separator, { role: 'about' } as const]),
      ],
    },
  ]
}
