/** The web host as a program of its own: `serve` without the command line around it. */
import { serveWindow } from '../shell/serve-window'

process.exitCode = await serveWindow({ project: null, host: '127.0.0.1', port: 0, open: true })
