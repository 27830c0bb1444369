/** Pages that fail, with a stand-in for webContents: the events and their arguments are those of electronjs.org/docs/api/web-contents. */
import { EventEmitter } from 'node:events'
import { expect, test, vi } from 'vitest'
import { isAppAddress } from './app-address'
import { APP_ORIGIN } from './app-origin'

vi.mock('electron', () => ({ BrowserWindow: class {}, MessageChannelMain: class {} }))
const { explainTroubles } = await import('./desktop-window')

function window() {
  const webContents = new EventEmitter()
  const shown: string[] = []
  const troubles: unknown[] = []
  const target = {
    webContents,
    show: vi.fn(),
    isDestroyed: () => false,
    loadURL: (url: string) => {
      shown.push(decodeURIComponent(url.slice(url.indexOf(',') + 1)))
      return Promise.resolve()
    },
  }
  explainTroubles(target as unknown as Parameters<typeof explainTroubles>[0], (trouble) => troubles.push(trouble))
  return { webContents, shown, troubles, show: target.show }
}

test('a page that does not load is replaced by one that says why, and leads back', () => {
  const { webContents, shown, show } = window()
  webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND <x>', `${APP_ORIGIN}/`, true)
  expect(shown).toHaveLength(1)
  expect(shown[0]).toContain('ERR_FILE_NOT_FOUND &#60;x&#62;')
  const link = /href="([^"]+)"/.exec(shown[0] ?? '')?.[1] ?? ''
  // Windows never leave the program's own addresses: this one is let through.
  expect(isAppAddress(link)).toBe(true)
  expect(show).toHaveBeenCalled()
})

test.each([
  ['a frame', [-6, 'ERR_FILE_NOT_FOUND', `${APP_ORIGIN}/frame`, false]],
  ['a load that another cut short', [-3, 'ERR_ABORTED', `${APP_ORIGIN}/`, true]],
  ['the page of trouble itself', [-6, 'ERR_FAILED', 'data:text/html,x', true]],
])('%s is not reported as trouble', (_what, args) => {
  const { webContents, shown } = window()
  webContents.emit('did-fail-load', {}, ...args)
  expect(shown).toEqual([])
})

test.each([
  ['oom', 'ran out of memory'],
  ['crashed', 'ended unexpectedly (crashed)'],
  ['integrity-failure', 'not the one that was installed'],
])('a renderer that ends by %s is told of', (reason, words) => {
  const { webContents, shown, troubles } = window()
  webContents.emit('render-process-gone', {}, { reason, exitCode: 1 })
  expect(shown[0]).toContain(words)
  expect(troubles).toEqual([{ kind: 'gone', reason }])
})

test('a page of trouble whose own process ends is not loaded for ever; its link begins anew', () => {
  const { webContents, shown, troubles } = window()
  const gone = () => webContents.emit('render-process-gone', {}, { reason: 'launch-failed', exitCode: 1 })
  gone()
  gone()
  expect([shown.length, troubles.length]).toEqual([1, 2])
  webContents.emit('did-start-navigation', { url: `${APP_ORIGIN}/`, isMainFrame: true })
  gone()
  expect(shown).toHaveLength(2)
})

test('a renderer that ended in order is not', () => {
  const { webContents, shown } = window()
  webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 })
  expect(shown).toEqual([])
})
