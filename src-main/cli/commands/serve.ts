import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isLoopback } from '../../shell/access'
import { serveWindow } from '../../shell/serve-window'
import { type CommandContext } from '../command'
import { flag, text, wholeNumber } from '../options'
import { usage } from '../usage'

/** A warning about listening on this address, null for this machine alone. */
export function exposure(host: string): string | null {
  if (isLoopback(host)) return null
  return `Listening on ${host}: other machines can reach this, unencrypted. The address holds the only key.`
}

export function execute({ options, positionals, output, signal }: CommandContext): Promise<number> {
  const project = text(options, 'project')
  const host = text(options, 'host') ?? '127.0.0.1'
  const port = wholeNumber(options, 'port', 0) ?? 0
  if (port > 65535) throw usage('--port takes a port number up to 65535.')
  const missing = positionals.find((path) => !existsSync(path))
  if (missing !== undefined) throw usage(`There is nothing at ${missing}; give a project, a model or images.`)
  const exposed = exposure(host)
  if (exposed !== null) output.note(exposed)
  return serveWindow({
    project: project === undefined ? null : resolve(project),
    paths: positionals.map((path) => resolve(path)),
    host,
    port,
    open: !flag(options, 'no-open'),
    signal,
  })
}
