/**
 * Permissions and features that Electron refuses. Everything takes the part of Electron's objects that it uses, typed by Electron, so
 * that it is tested without Electron's binary; e2e/desktop.spec.ts asks the same of the real thing.
 */
import type { App, CommandLine, Session, WebContents, WebPreferences } from 'electron'
import { isAppAddress } from './app-address'
import { APP_ORIGIN } from './app-origin'

export type LockedSession = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setSpellCheckerEnabled'
> & { webRequest: Pick<Session['webRequest'], 'onBeforeRequest'> }

export type LockedContents = Pick<WebContents, 'setWindowOpenHandler' | 'on'>

/** Background requests of Chromium, which a program that works offline does not need. */
const QUIET_SWITCHES = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
] as const

/** Has to be called before Electron is ready: sandboxes every page, and leaves Chromium no name to look up. */
export function lockProgram(
  app: Pick<App, 'enableSandbox' | 'on'> & { commandLine: Pick<CommandLine, 'appendSwitch'> },
) {
  app.enableSandbox()
  for (const name of QUIET_SWITCHES) app.commandLine.appendSwitch(name)
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.on('web-contents-created', (_event, contents) => lockContents(contents))
}

/** A page gets the connection's port from the preload script, and nothing else of Electron or Node. */
export function windowPreferences(preload: string): WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Electron's spell checker fetches its dictionaries from the network.
    spellcheck: false,
  }
}

/** No page needs the camera, notifications, devices or another's address. */
export function lockSession(session: LockedSession): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOwnRequest(url) }))
}

/** Windows stay on the program's own pages, open no others, and hold no pages of others. */
export function lockContents(contents: LockedContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isAppAddress(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** The program's addresses, what its pages made themselves, and the developer tools' own files. */
function isOwnRequest(url: string): boolean {
  return (
    isAppAddress(url) || url.startsWith(`blob:${APP_ORIGIN}/`) || url.startsWith('data:') || url.startsWith('devtools:')
  )
}
