import { service } from './service'

/** Tries to connect again now instead of waiting for the next attempt. */
export const reconnect = (): void => service.reconnect()
