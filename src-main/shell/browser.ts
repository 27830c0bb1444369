import { spawn } from 'node:child_process'

/** True where opening a browser can work: on Linux that takes a display. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/** Opens an address in the user's browser. Failures are ignored: the address was printed, too. */
export function openBrowser(url: string): void {
  if (!hasDisplay()) return
  const [command, ...args] = opener(url)
  if (!command) return
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

function opener(url: string): string[] {
  if (process.platform === 'darwin') return ['open', url]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return ['xdg-open', url]
}
