/** The desktop application's main process. */
import { logBackgroundFailures } from '../service/log-background-failures'
import { runDesktop } from '../shell/desktop'

logBackgroundFailures()
runDesktop()
