/** The most pixels that are decoded, 16383 x 16383: sharp's own limit. Looked at before anything is decoded. */
export const MAX_PIXELS = 0x3fff * 0x3fff
