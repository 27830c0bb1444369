/** Image addresses, the same path under http(s) and under headlight:// . */
export const imageUrls = {
  /** A thumbnail, at most `size` pixels on its longer side. */
  thumbnail: (runId: number, id: number, size: 160 | 320) => `/media/thumbnail/${runId}/${id}?size=${size}`,
  /** The original pixels, upright, as a format browsers show. */
  image: (runId: number, id: number) => `/media/image/${runId}/${id}`,
  /** Exactly what the model sees, after resize and crop. */
  input: (runId: number, id: number) => `/media/input/${runId}/${id}`,
}
