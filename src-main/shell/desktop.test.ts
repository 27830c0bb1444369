/**
 * The desktop application's start, with a recording stand-in for Electron, whose binary npm does not install: that every
 * lock is in place before the first window, and who is given a port. e2e/desktop.spec.ts starts the real one.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Service } from '@shared/api'
import { PORT_MESSAGE } from '@shared/api/frames'
import { APP_ORIGIN } from './app-origin'

/** Everything that was asked of Electron, in order. */
const { order, windows } = vi.hoisted(() => ({ order: [] as string[], windows: [] as unknown[] }))

vi.mock('electron', () => {
  const noting =
    (name: string, result?: unknown) =>
    (...args: unknown[]) => {
      order.push([name, ...args.filter((arg) => typeof arg === 'string')].join(' '))
      return result
    }
  const object = (name: string, results: Record<string, unknown> = {}): object =>
    new Proxy(results, { get: (_, method) => noting(`${name}.${String(method)}`, results[String(method)]) })
  class BrowserWindow {
    webContents = object('contents')
    static getAllWindows = () => []
    on = noting('window.on')
    once = noting('window.once')
    loadURL = noting('window.loadURL')
    constructor(options: unknown) {
      windows.push(options)
      order.push('window')
    }
  }
  class MessageChannelMain {
    port1 = Object.assign(object('port1'))
    port2 = { isPort: true }
  }
  const appObject = object('app', { requestSingleInstanceLock: true, whenReady: Promise.resolve() })
  return {
    app: new Proxy(appObject, {
      get: (target, name) =>
        name === 'commandLine' ? object('commandLine') : (target as Record<string | symbol, unknown>)[name],
    }),
    protocol: object('protocol'),
    session: { defaultSession: Object.assign(Object.create(object('session')), { webRequest: object('webRequest') }) },
    utilityProcess: {},
    Menu: object('Menu'),
    powerMonitor: object('powerMonitor'),
    dialog: object('dialog'),
    BrowserWindow,
    MessageChannelMain,
  }
})

beforeEach(() => void (order.length = windows.length = 0))
afterEach(() => vi.resetModules())

test('everything is locked before the first window opens', async () => {
  const { runDesktop } = await import('./desktop')
  runDesktop()
  await vi.waitFor(() => expect(order).toContain(`window.loadURL ${APP_ORIGIN}/`))
  const before = order.slice(0, order.indexOf('window'))
  for (const step of [
    'app.enableSandbox',
    'app.on web-contents-created',
    'commandLine.appendSwitch host-resolver-rules MAP * ~NOTFOUND',
    'protocol.registerSchemesAsPrivileged',
    'session.setPermissionRequestHandler',
    'session.setPermissionCheckHandler',
    'webRequest.onBeforeRequest',
    'protocol.handle headlight',
  ]) {
    expect(before, step).toContain(step)
  }
  expect(before.indexOf('app.enableSandbox')).toBeLessThan(before.indexOf('app.whenReady'))
  // "Make sure to listen for the open-file event very early in your application startup" (electronjs.org/docs/api/app).
  expect(before.indexOf('app.on open-file')).toBeGreaterThan(-1)
  expect(before.indexOf('app.on open-file')).toBeLessThan(before.indexOf('app.whenReady'))
  // Windows tells its end to windows, the other systems to the power monitor.
  expect(order).toContain('window.on session-end')
  expect(order).toContain('powerMonitor.on shutdown')
  expect(windows).toMatchObject([{ webPreferences: { contextIsolation: true, sandbox: true, nodeIntegration: false } }])
})

test('only a page of the program is given a port', async () => {
  const { connectPages } = await import('./desktop-window')
  const service: Service = { call: () => Promise.reject(new Error('not called')), on: () => () => undefined }
  const posted: unknown[][] = []
  let ready = () => undefined as void
  const contents = {
    on: (event: string, listener: () => void) => event === 'dom-ready' && (ready = listener),
    mainFrame: { url: '', postMessage: (...message: unknown[]) => void posted.push(message) },
  }
  connectPages(contents as unknown as Parameters<typeof connectPages>[0], service)
  for (const url of ['https://example.org/', 'about:blank', 'file:///x.html', 'headlight://other/', '']) {
    contents.mainFrame.url = url
    ready()
  }
  expect(posted).toEqual([])
  contents.mainFrame.url = `${APP_ORIGIN}/runs`
  ready()
  expect(posted).toEqual([[PORT_MESSAGE, null, [{ isPort: true }]]])
})
