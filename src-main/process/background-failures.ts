/**
 * The failure of a background task that nobody awaits is reported and does not end the process: other calls are under
 * way, and what they write matters more. Errors that are thrown outside of any promise still end the process.
 */
export function surviveBackgroundFailures(tell: (message: string, error: unknown) => void): void {
  process.on('unhandledRejection', (error) => tell('A task in the background failed.', error))
}
