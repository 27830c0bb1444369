import { BrowserWindow, MessageChannelMain, type WebContents, type WebFrameMain } from 'electron'
import type { Service } from '@shared/api'
import { PORT_MESSAGE } from '@shared/api/frames'
import { isAppAddress } from './app-address'
import { APP_ORIGIN } from './app-origin'
import { serveConnection } from './connection'
import { windowPreferences } from './desktop-security'
import { electronPort, portCarrier } from './port-carrier'
import { type Trouble, troublePage } from './trouble-page'

/** Seconds after which the window is shown in any case: a program without a window looks as if it had not started. */
const SHOWN_AFTER_S = 15

export interface DesktopWindowOptions {
  service: Service
  /** Path of the preload script. */
  preload: string
  /** Called when a page could not be shown; the window shows the error, too. */
  onTrouble(trouble: Trouble): void
}

/** Opens a window on the program's pages; each page that it loads gets a connection of its own. */
export function openDesktopWindow({ service, preload, onTrouble }: DesktopWindowOptions): BrowserWindow {
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
  const explain = explainTroubles(window, onTrouble)
  const timer = setTimeout(() => {
    if (window.isDestroyed() || window.isVisible()) return
    explain({ kind: 'silent', seconds: SHOWN_AFTER_S })
    window.show()
  }, SHOWN_AFTER_S * 1000)
  window.once('ready-to-show', () => {
    clearTimeout(timer)
    window.show()
  })
  window.once('closed', () => clearTimeout(timer))
  loadPages(window)
  return window
}

/** Loads the program's start page, in place of whatever the window shows. 'did-fail-load' tells of failures. */
export function loadPages(window: Pick<BrowserWindow, 'loadURL'>): void {
  window.loadURL(`${APP_ORIGIN}/`)?.catch(() => undefined)
}

type TroubledWindow = Pick<BrowserWindow, 'isDestroyed' | 'loadURL' | 'show'> & { webContents: Pick<WebContents, 'on'> }

/** Chromium's number for a load that another load, or the user, cut short. */
const ABORTED = -3

/**
 * Puts a page that helps in the place of one that failed (electronjs.org/docs/api/web-contents: 'did-fail-load',
 * 'preload-error', 'render-process-gone'). Gives the function that does so for any other reason.
 */
export function explainTroubles(window: TroubledWindow, onTrouble: (trouble: Trouble) => void) {
  let explaining = false
  const explain = (trouble: Trouble) => {
    if (window.isDestroyed()) return
    onTrouble(trouble)
    // The process that ended was drawing the error page itself (for example, no process can be started): another one would end, too, for ever.
    if (explaining && trouble.kind === 'gone') return
    explaining = true
    // As above: 'did-fail-load' tells.
    window.loadURL(troublePage(trouble))?.catch(() => undefined)
    window.show()
  }
  window.webContents.on('did-start-navigation', ({ url, isMainFrame }) => {
    if (isMainFrame && isAppAddress(url)) explaining = false
  })
  window.webContents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED && !url.startsWith('data:')) explain({ kind: 'load', reason: description })
  })
  window.webContents.on('preload-error', (_event, _path, { message }) => explain({ kind: 'load', reason: message }))
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') explain({ kind: 'gone', reason })
  })
  return explain
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
