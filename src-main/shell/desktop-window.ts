import { BrowserWindow, MessageChannelMain, type WebContents, type WebFrameMain } from 'electron'
import type { Service } from '@shared/api'
import { PORT_MESSAGE } from '@shared/api/frames'
import { isAppAddress } from './app-address'
import { APP_ORIGIN } from './app-origin'
import { serveConnection } from './connection'
import { windowPreferences } from './desktop-security'
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
    webPreferences: windowPreferences(preload),
  })
  connectPages(window.webContents, service)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${APP_ORIGIN}/`)
  return window
}

type ConnectedContents = Pick<WebContents, 'on'> & { mainFrame: Pick<WebFrameMain, 'url' | 'postMessage'> }

/**
 * Hands every page that loads in the main frame the one end of a channel of its own. There is no other way in: nothing
 * listens on ipcMain (lint forbids it), so whoever holds the port is the page that it was posted to.
 */
export function connectPages(contents: ConnectedContents, service: Service): void {
  contents.on('dom-ready', () => {
    const { mainFrame } = contents
    if (!isAppAddress(mainFrame.url)) return
    const { port1, port2 } = new MessageChannelMain()
    serveConnection(service, portCarrier(electronPort(port1)))
    mainFrame.postMessage(PORT_MESSAGE, null, [port2])
  })
}
