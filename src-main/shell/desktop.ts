import { dirname, join } from 'node:path'
import { BrowserWindow, type Event, Menu, app, dialog, powerMonitor, protocol, session } from 'electron'
import { toErrorValue } from '@shared/errors'
import { outliveTerminal } from '../process'
import { builtEntries, createBackend } from '../service/backend'
import { programLog } from '../service/program-log'
import { createService } from '../service/service'
import { answerRequest } from './app-address'
import { APP_SCHEME } from './app-origin'
import { type Closing, askBeforeClosing } from './closing'
import { followComputing, followExports, shareDone } from './computing-run'
import { menuTemplate } from './desktop-menu'
import { lockProgram, lockSession } from './desktop-security'
import { loadPages, openDesktopWindow } from './desktop-window'
import { handedPaths, openedPaths } from './opened-paths'
import { saveBeforeQuitting } from './save-before-quitting'
import { entryFolderOf } from './entry-folder'
import { describeTrouble } from './trouble-page'
import { utilityHost } from './utility-host'

/** Names of what the packaging installs, by which the system tells the program's windows and progress from others. */
const DESKTOP_FILE = 'headlight.desktop'
const APPLICATION_ID = 'org.headlight.app'

/** Runs the desktop application until its last window is closed. Has to be called before Electron is ready. */
export function runDesktop(): void {
  outliveTerminal()
  // A checkout's Electron is started with the folder of the program as its first argument.
  const paths = openedPaths(process.argv, process.defaultApp ? 2 : 1, process.cwd())
  if (!app.requestSingleInstanceLock({ paths })) return app.quit()
  lockProgram(app)
  if (process.platform === 'win32') app.setAppUserModelId(APPLICATION_ID)
  if (process.platform === 'linux') app.setDesktopName(DESKTOP_FILE)
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
  const entryFolder = entryFolderOf(import.meta.url)
  const backend = createBackend({ entries: builtEntries(entryFolder), program: 'Headlight', host: utilityHost })
  const service = createService(backend, 'electron')
  const log = programLog()
  const closings = new Set<Closing>()
  const quitNow = () => {
    for (const closing of closings) closing.allow()
    app.quit()
  }

  const computing = followComputing(service, (step) => {
    const running = step.state === 'running'
    for (const window of BrowserWindow.getAllWindows()) {
      window.setProgressBar(running ? shareDone(step) : -1)
      // A minimised window shows only its title.
      if (window.isMinimized()) {
        window.setTitle(
          running ? `${Math.floor(100 * shareDone(step))} % - Headlight` : `Headlight - run ${step.state}`,
        )
      }
    }
  })
  const exporting = followExports(service)

  const open = (): BrowserWindow => {
    const window = openDesktopWindow({
      service,
      preload: join(dirname(entryFolder), 'preload', 'preload.cjs'),
      onTrouble: (trouble) => log.write('error', 'window in trouble', { message: describeTrouble(trouble) }),
    })
    const closing = askBeforeClosing(window, {
      computing: () => computing.progress,
      exporting,
      ask: async (options) => (await dialog.showMessageBox(window, options)).response,
      quit: quitNow,
    })
    closings.add(closing)
    window.on('closed', () => closings.delete(closing))
    // Windows' event for a shutdown; the other systems use powerMonitor (electronjs.org/docs/api/browser-window#event-session-end-windows).
    window.on('session-end', quitNow)
    window.on('restore', () => window.setTitle(window.webContents.getTitle()))
    return window
  }
  const inFront = () => {
    // A program that is saving before its end opens no new window.
    if (quitting.begun) return
    const [window] = BrowserWindow.getAllWindows()
    if (!window) return void (app.isReady() && open())
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  const quitting = saveBeforeQuitting(app, {
    save: () => service.close(),
    end: () => backend.dispose(),
    onFailure: (error) => log.write('error', 'quitting failed', { message: toErrorValue(error).message }),
  })

  for (const path of paths) service.offer(path)
  // Emitted before 'ready' as well, for the file that started the program (electronjs.org/docs/api/app#event-open-file-macos).
  app.on('open-file', (event, path) => {
    event.preventDefault()
    service.offer(path)
    inFront()
  })
  app.on('second-instance', (_event, _argv, _folder, additionalData) => {
    for (const path of handedPaths(additionalData)) service.offer(path)
    inFront()
  })
  // A click on the dock's icon; also emitted at the start, when the window waits for its page.
  app.on('activate', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (!window || window.isMinimized()) inFront()
  })
  app.on('window-all-closed', () => app.quit())
  // The system's list of documents, for the dock and the taskbar; Linux has none.
  if (process.platform !== 'linux') service.on('project.changed', ({ path }) => app.addRecentDocument(path))
  // Chromium starts another one; drawing may be slow meanwhile (electronjs.org/docs/api/app#event-child-process-gone).
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    log.write('warning', 'graphics process ended', { reason, exitCode })
    service.tell('notice', {
      level: 'warning',
      message: 'The graphics driver failed and was started again; pictures may be drawn slowly until the next start.',
    })
  })

  const begin = () => {
    lockSession(session.defaultSession)
    const windowFolder = join(dirname(entryFolder), 'renderer')
    protocol.handle(APP_SCHEME, (request) => answerRequest(request, service.media, windowFolder))
    const template = menuTemplate({
      platform: process.platform,
      command: (command) => {
        inFront()
        service.tell('shell.command', { command })
      },
      reload: () => BrowserWindow.getAllWindows().forEach(loadPages),
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
    // A machine that goes down leaves no time for questions; the run is saved as far as it is (power-monitor#event-shutdown).
    powerMonitor.on('shutdown', (event?: Event) => {
      event?.preventDefault()
      quitNow()
    })
    open()
  }
  app
    .whenReady()
    .then(begin)
    .catch((error: unknown) => {
      // Without this, a program without a window would go on, and only its log would say why.
      const { message } = toErrorValue(error)
      log.write('error', 'the window did not open', { message })
      dialog.showErrorBox('Headlight could not start', message)
      app.exit(1)
    })
}
