import { BrowserWindow, MessageChannelMain, type Session } from 'electron'
import type { Service } from '@shared/api'
import { PORT_MESSAGE } from '@shared/api/frames'
import { APP_ORIGIN, isAppAddress } from './app-address'
import { serveConnection } from './connection'
import { electronPort, portCarrier } from './port-carrier'

/** Opens a window on the program's pages; each page that it loads gets a connection of its own. */
export function openDesktopWindow(service: Service, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Headlight',
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false },
  })
  const { webContents } = window
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  webContents.on('will-navigate', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault()
  })
  webContents.on('dom-ready', () => {
    const { port1, port2 } = new MessageChannelMain()
    serveConnection(service, portCarrier(electronPort(port1)))
    webContents.postMessage(PORT_MESSAGE, null, [port2])
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${APP_ORIGIN}/`)
  return window
}

/** No page needs the camera, notifications or anything else that is asked for. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
}
