import { z } from 'zod'

const pixels = z.number().int().positive()
const sizeSchema = z.union([
  pixels,
  z.tuple([pixels, pixels]),
  z.tuple([pixels]),
  z.looseObject({ height: pixels, width: pixels }),
  z.looseObject({ shortest_edge: pixels, longest_edge: pixels.optional() }),
  z.looseObject({ longest_edge: pixels }),
  z.looseObject({ max_height: pixels, max_width: pixels }),
])
const channelValues = z.union([z.number(), z.array(z.number()).min(1)])

export const transformersSchema = z.looseObject({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().optional(),
  size: sizeSchema.optional(),
  resample: z.number().int().optional(),
  crop_pct: z.number().positive().optional(),
  ensure_multiple_of: z.number().int().positive().optional(),
  keep_aspect_ratio: z.boolean().optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: sizeSchema.optional(),
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  rescale_offset: z.boolean().optional(),
  offset: z.boolean().optional(),
  do_normalize: z.boolean().optional(),
  include_top: z.boolean().optional(),
  image_mean: channelValues.optional(),
  image_std: z.union([z.number().positive(), z.array(z.number().positive()).min(1)]).optional(),
  do_flip_channel_order: z.boolean().optional(),
  do_pad: z.boolean().optional(),
  pad_size: sizeSchema.optional(),
  size_divisor: z.number().int().positive().optional(),
})

export type Config = z.infer<typeof transformersSchema>
export type SizeValue = NonNullable<Config['size']>

/** Height and width of a size in any of its forms; an edge is both. */
export function square(size: SizeValue | [number, number]): { height: number; width: number } {
  if (typeof size === 'number') return { height: size, width: size }
  if (Array.isArray(size)) return { height: size[0], width: size[1] ?? size[0] }
  if ('height' in size) return { height: size.height as number, width: size.width as number }
  const edge = (size.shortest_edge ?? size.longest_edge) as number
  return { height: edge, width: edge }
}
