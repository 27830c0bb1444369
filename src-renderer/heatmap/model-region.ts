/** Where in an image the model looks: maps cover the resized and cropped picture, not always the whole file. */
import type { Preprocessing } from '@shared/api'

/** A rectangle in fractions of the image's width and height; it may reach beyond 0..1 where a crop pads. */
export interface Region {
  left: number
  top: number
  width: number
  height: number
}

/** The part of a `width` x `height` image that fills the model's input after resize and centre crop. */
export function modelRegion(width: number, height: number, { resize, centerCrop }: Preprocessing): Region {
  const whole = { left: 0, top: 0, width: 1, height: 1 }
  if (!centerCrop || width <= 0 || height <= 0) return whole
  const [scaledWidth, scaledHeight] = resizedSize(width, height, resize)
  const part = { width: centerCrop.width / scaledWidth, height: centerCrop.height / scaledHeight }
  return { left: (1 - part.width) / 2, top: (1 - part.height) / 2, ...part }
}

/** The same as CSS, for an element that lies absolutely within the picture. */
export function regionStyle({ left, top, width, height }: Region) {
  const percent = (share: number) => `${share * 100}%`
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) }
}

function resizedSize(width: number, height: number, resize: Preprocessing['resize']): [number, number] {
  if (resize.mode === 'none') return [width, height]
  if (resize.mode === 'exact') return [resize.width, resize.height]
  const scale = Math.min(resize.width, resize.height) / Math.min(width, height)
  return [width * scale, height * scale]
}
