/** Largest number of pixels that is decoded, 16383 x 16383: sharp's own limit. It is checked before decoding. */
export const MAX_PIXELS = 0x3fff * 0x3fff
