/** The one client of this window. */
import { openSocket, portOpener } from './carriers'
import { createClient } from './client'

/** True in the desktop application, whose pages come from its own scheme. */
const isDesktop = location.protocol === 'headlight:'

/** The client's calls belong into hooks and functions of this folder. */
export const service = createClient(isDesktop ? portOpener() : openSocket)
