/** What Electron is told to refuse, asked of the handlers that it is given. */
import { expect, test } from 'vitest'
import { APP_ORIGIN } from './app-origin'
import {
  type LockedContents,
  type LockedSession,
  lockContents,
  lockProgram,
  lockSession,
  windowPreferences,
} from './desktop-security'

type Handler = (...args: never[]) => unknown

/** An object with some parts, whose every other method keeps what it was called with, and answers undefined. */
function recorder(parts: Record<string | symbol, unknown> = {}) {
  const calls = new Map<string, unknown[][]>()
  const record =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.set(name, [...(calls.get(name) ?? []), args])
  const proxy: object = new Proxy(parts, { get: (own, name) => own[name] ?? record(String(name)) })
  /** The handler given to a method, by its event where it has one. */
  const handler = (method: string, event?: string) =>
    (calls.get(method) ?? []).find(([first]) => event === undefined || first === event)?.at(-1) as Handler
  return { proxy, calls, handler }
}

function lockedSession() {
  const requests = recorder()
  const session = recorder({ webRequest: requests.proxy })
  lockSession(session.proxy as LockedSession)
  return { ask: session.handler, calls: session.calls, request: requests.handler('onBeforeRequest') }
}

/** Whether the handler of a navigation event lets an address pass. */
function passes(handler: Handler, url: string): boolean {
  let prevented = false
  handler(...([{ url, preventDefault: () => (prevented = true) }] as never[]))
  return !prevented
}

const FOREIGN = [
  'https://example.org/',
  'file:///etc/passwd',
  'headlight://other/',
  'javascript:alert(1)',
  'data:text/html,x',
]

test('every permission is refused, asked or only looked up', () => {
  const { ask, calls } = lockedSession()
  const answers: unknown[] = []
  const keep = (answer: unknown) => answers.push(answer)
  ask('setPermissionRequestHandler')(...([{}, 'media', keep] as never[]))
  ask('setDisplayMediaRequestHandler')(...([{}, keep] as never[]))
  expect(answers).toEqual([false, {}])
  expect(ask('setPermissionCheckHandler')(...([{}, 'notifications'] as never[]))).toBe(false)
  expect(ask('setDevicePermissionHandler')(...([{ deviceType: 'usb' }] as never[]))).toBe(false)
  expect(calls.get('setSpellCheckerEnabled')).toEqual([[false]])
})

test('no request leaves the program', () => {
  const { request } = lockedSession()
  const cancelled = (url: string) => {
    let answer: unknown
    request(...([{ url }, (given: unknown) => (answer = given)] as never[]))
    return (answer as { cancel: boolean }).cancel
  }
  const own = [`${APP_ORIGIN}/assets/a.js`, `blob:${APP_ORIGIN}/4f`, 'data:image/png;base64,AA']
  expect(own.map(cancelled)).toEqual([false, false, false])
  for (const url of ['http://127.0.0.1/', 'wss://example.org/', 'file:///etc/passwd', 'blob:https://example.org/1']) {
    expect(cancelled(url), url).toBe(true)
  }
})

test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s stays on the own pages', (event) => {
  const contents = recorder()
  lockContents(contents.proxy as LockedContents)
  const handler = contents.handler('on', event)
  expect(passes(handler, `${APP_ORIGIN}/runs/1`)).toBe(true)
  for (const url of FOREIGN) expect(passes(handler, url), url).toBe(false)
})

test('no window is opened and no foreign page embedded', () => {
  const contents = recorder()
  lockContents(contents.proxy as LockedContents)
  expect(contents.handler('setWindowOpenHandler')(...([{ url: `${APP_ORIGIN}/` }] as never[]))).toEqual({
    action: 'deny',
  })
  expect(passes(contents.handler('on', 'will-attach-webview'), `${APP_ORIGIN}/`)).toBe(false)
})

test('the program is sandboxed, names are not looked up, and whatever shows pages is locked', () => {
  const [commandLine, contents] = [recorder(), recorder()]
  const app = recorder({ commandLine: commandLine.proxy })
  lockProgram(app.proxy as Parameters<typeof lockProgram>[0])
  expect(app.calls.has('enableSandbox')).toBe(true)
  expect(commandLine.calls.get('appendSwitch')).toEqual([
    ['disable-background-networking'],
    ['disable-component-update'],
    ['disable-domain-reliability'],
    ['no-pings'],
    ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ])
  app.handler('on', 'web-contents-created')(...([{}, contents.proxy] as never[]))
  expect(contents.calls.has('setWindowOpenHandler')).toBe(true)
})

test('a page has neither Node nor Electron', () => {
  expect(windowPreferences('/preload.cjs')).toEqual({
    preload: '/preload.cjs',
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
    spellcheck: false,
  })
})
