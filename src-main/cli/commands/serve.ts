import { resolve } from 'node:path'
import { isLoopback } from '../../shell/access'
import { serveWindow } from '../../shell/serve-window'
import type { Command } from '../command'
import { flag, text, usage, wholeNumber } from '../options'

/** What it means to listen there, null for this machine alone. */
export function exposure(host: string): string | null {
  if (isLoopback(host)) return null
  return `Listening on ${host}: other machines can reach this, unencrypted. The address holds the only key.`
}

export const serve: Command = {
  name: 'serve',
  summary: 'Serves the window to a browser.',
  usage: '[--project P.headlight] [--host H] [--port N] [--no-open]',
  options: {
    project: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
  },
  arguments: 0,
  execute({ options, output, signal }) {
    const project = text(options, 'project')
    const host = text(options, 'host') ?? '127.0.0.1'
    const port = wholeNumber(options, 'port', 0) ?? 0
    if (port > 65535) throw usage('--port takes a port number up to 65535.')
    const exposed = exposure(host)
    if (exposed !== null) output.note(exposed)
    return serveWindow({
      project: project === undefined ? null : resolve(project),
      host,
      port,
      open: !flag(options, 'no-open'),
      signal,
    })
  },
}
