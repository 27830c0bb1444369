/** The web host as a program of its own: `serve` without the command line around it. */
import { logBackgroundFailures } from '../service/log-background-failures'
import { interruptSignal } from '../shell/interrupt'
import { serveWindow } from '../shell/serve-window'

logBackgroundFailures()
process.exitCode = await serveWindow({
  project: null,
  paths: [],
  host: '127.0.0.1',
  port: 0,
  open: true,
  signal: interruptSignal(),
})
