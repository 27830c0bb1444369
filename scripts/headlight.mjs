#!/usr/bin/env node
/** The command `headlight` of an installation. */
process.argv.splice(2, 0, 'cli')
// npm sets this for scripts only; the command line works in the folder that it is called in.
delete process.env.INIT_CWD
await import('./launch.mjs')
