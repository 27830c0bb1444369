import type { Command } from '../command'
import { annotate } from './annotate'
import { bench } from './bench'
import { benchCalls } from './bench-calls'
import { benchExports } from './bench-exports'
import { benchLibraryCommand } from './bench-library'
import { certify } from './certify'
import { check } from './check'
import { dataset } from './dataset'
import { demo } from './demo'
import { explain } from './explain'
import { exportCommand } from './export'
import { inspect } from './inspect'
import { pixels } from './pixels'
import { recover } from './recover'
import { relink } from './relink'
import { report } from './report'
import { run } from './run'
import { runs } from './runs'
import { samples } from './samples'
import { serve } from './serve'
import { stats } from './stats'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  inspect,
  certify,
  explain,
  dataset,
  pixels,
  run,
  runs,
  stats,
  samples,
  annotate,
  exportCommand,
  check,
  relink,
  recover,
  report,
  serve,
  demo,
  bench,
  benchLibraryCommand,
  benchExports,
  benchCalls,
]
