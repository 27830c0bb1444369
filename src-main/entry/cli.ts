/** The command line. */
import { runCommandLine } from '../cli/main'
import { logBackgroundFailures } from '../service/log-background-failures'

logBackgroundFailures()
process.exitCode = await runCommandLine(process.argv.slice(2))
