/** The desktop application's main process. */
import { runDesktop } from '../shell/desktop'

runDesktop()
