import { dirname, join } from 'node:path'
import { BrowserWindow, app, protocol, session } from 'electron'
import { builtEntries, createBackend } from '../service/backend'
import { createService } from '../service/service'
import { answerRequest } from './app-address'
import { APP_SCHEME } from './app-origin'
import { lockProgram, lockSession } from './desktop-security'
import { openDesktopWindow } from './desktop-window'
import { entryFolderOf } from './serve-window'
import { utilityHost } from './utility-host'

/** Runs the desktop application until its last window is closed. Has to be called before Electron is ready. */
export function runDesktop(): void {
  if (!app.requestSingleInstanceLock()) return app.quit()
  lockProgram(app)
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
  const entryFolder = entryFolderOf(import.meta.url)
  const backend = createBackend({ entries: builtEntries(entryFolder), program: 'Headlight', host: utilityHost })
  const service = createService(backend, 'electron')
  const open = () => openDesktopWindow(service, join(dirname(entryFolder), 'preload', 'preload.cjs'))

  void app.whenReady().then(() => {
    lockSession(session.defaultSession)
    const windowFolder = join(dirname(entryFolder), 'renderer')
    protocol.handle(APP_SCHEME, (request) => answerRequest(request, service.media, windowFolder))
    open()
  })
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && open())
  app.on('second-instance', () => BrowserWindow.getAllWindows()[0]?.focus())
  app.on('window-all-closed', () => app.quit())

  let saved = false
  app.on('will-quit', (event) => {
    if (saved) return
    event.preventDefault()
    void service
      .close()
      .finally(() => backend.dispose())
      .finally(() => {
        saved = true
        app.quit()
      })
  })
}
