/** The command line. */
import { runCommandLine } from '../cli/main'

process.exitCode = await runCommandLine(process.argv.slice(2))
