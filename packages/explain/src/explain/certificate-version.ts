/** Increases with every change of what a certificate checks, or of the graphs that it checks. Older certificates are computed again. */
export const CERTIFICATE_VERSION = 7
