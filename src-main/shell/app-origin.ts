/** The desktop window's own origin. Apart from what answers it, since the preload script is one small file. */
export const APP_SCHEME = 'headlight'
export const APP_ORIGIN = `${APP_SCHEME}://app`
