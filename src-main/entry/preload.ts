/** The preload script: hands the page the port of its connection, and the paths of files dropped on it; nothing else. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { PORT_MESSAGE } from '@shared/api/frames'
import { APP_ORIGIN } from '../shell/app-origin'

/** What is used of the page's window; the main side is compiled without the DOM. */
interface Page {
  location: { origin: string; protocol: string; host: string }
  addEventListener(type: 'load', listener: () => void): void
  postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void
}

const page = globalThis as unknown as Page
const loaded = new Promise<void>((resolve) => page.addEventListener('load', resolve))

// A page of another origin learns no paths.
if (`${page.location.protocol}//${page.location.host}` === APP_ORIGIN) {
  contextBridge.exposeInMainWorld('headlight', {
    pathOf: (file: Parameters<typeof webUtils.getPathForFile>[0]) => webUtils.getPathForFile(file),
  })
}

ipcRenderer.on(PORT_MESSAGE, ({ ports }) => {
  // The main side asks the same before it sends the port.
  if (`${page.location.protocol}//${page.location.host}` !== APP_ORIGIN) return
  // The page listens once its scripts have run.
  void loaded.then(() => page.postMessage(PORT_MESSAGE, page.location.origin, ports))
})
