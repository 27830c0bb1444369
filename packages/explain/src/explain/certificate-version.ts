/** Rises with every change of what a certificate checks or of the graphs that it checks: former ones are computed anew. */
export const CERTIFICATE_VERSION = 2
