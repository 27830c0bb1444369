/**
 * Defaults of transformers' image processors, for keys that a configuration leaves out: the defaults of version 4.57, and of 5.24
 * for those that came later. Between the two a few differ (`resample` of ConvNext, EfficientNet, MobileViT and PVT; size and
 * crop of BEiT), so each default is named in a note.
 */
import type { Interpolation } from '@shared/api'

export interface ProcessorDefaults {
  /** `[height, width]`, or the shorter edge. */
  size: [number, number] | number
  /** A bare number in the file is the shorter edge, not a square. */
  bareIsShorter: boolean
  /** The central crop that is made unless `do_center_crop` is false, null for none. */
  crop: number | null
  interpolation: Interpolation
  mean: number[]
  std: number[]
  rescale: number
}

const STANDARD = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }
const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] }
const COMMON = { bareIsShorter: false, crop: null, interpolation: 'bilinear', rescale: 1 / 255, ...STANDARD } as const
const SHORTER = { ...COMMON, bareIsShorter: true, crop: 224, interpolation: 'bicubic' } as const

/** By the name of the class without `ImageProcessor`, `Fast` and `FeatureExtractor`. */
const PROCESSORS: Record<string, ProcessorDefaults> = {
  Beit: { ...COMMON, size: [256, 256], crop: 224, interpolation: 'bicubic' },
  Bit: { ...SHORTER, ...CLIP, size: 224 },
  Blip: { ...COMMON, ...CLIP, size: [384, 384], interpolation: 'bicubic' },
  CLIP: { ...SHORTER, ...CLIP, size: 224 },
  ChineseCLIP: { ...SHORTER, ...CLIP, size: 224 },
  ConvNext: { ...COMMON, bareIsShorter: true, size: 384 },
  DINOv3ViT: { ...COMMON, ...IMAGENET, size: [224, 224] },
  DPT: { ...COMMON, size: [384, 384], interpolation: 'bicubic' },
  DeiT: { ...COMMON, size: [256, 256], crop: 224, interpolation: 'bicubic' },
  EfficientFormer: { ...COMMON, ...IMAGENET, size: [224, 224], crop: 224, interpolation: 'bicubic' },
  EfficientNet: { ...COMMON, size: [346, 346], interpolation: 'nearest' },
  Flava: { ...COMMON, ...CLIP, size: [224, 224], crop: 224, interpolation: 'bicubic' },
  Levit: { ...SHORTER, ...IMAGENET, size: 224 },
  MobileNetV1: { ...SHORTER, size: 256, interpolation: 'bilinear' },
  MobileNetV2: { ...SHORTER, size: 256, interpolation: 'bilinear' },
  MobileViT: { ...SHORTER, size: 224, crop: 256, interpolation: 'bilinear' },
  OwlViT: { ...COMMON, ...CLIP, size: [768, 768], interpolation: 'bicubic' },
  Perceiver: { ...COMMON, ...IMAGENET, size: [224, 224], crop: 256, interpolation: 'bicubic' },
  PoolFormer: { ...SHORTER, ...IMAGENET, size: 224 },
  Pvt: { ...COMMON, ...IMAGENET, size: [224, 224] },
  Sam: { ...COMMON, ...IMAGENET, size: [1024, 1024] },
  SegGpt: { ...COMMON, ...IMAGENET, size: [448, 448], interpolation: 'bicubic' },
  Segformer: { ...COMMON, ...IMAGENET, size: [512, 512] },
  Siglip: { ...COMMON, size: [224, 224], interpolation: 'bicubic' },
  ViT: { ...COMMON, size: [224, 224] },
  VideoMAE: { ...SHORTER, size: 224, interpolation: 'bilinear' },
  Vilt: { ...COMMON, bareIsShorter: true, size: 384, interpolation: 'bicubic' },
  Vivit: { ...SHORTER, size: 256, interpolation: 'bilinear', rescale: 1 / 127.5 },
  Yolos: { ...COMMON, ...IMAGENET, bareIsShorter: true, size: 800 },
}

/** `CLIPImageProcessorFast` is `CLIP`, as `CLIPFeatureExtractor` was. */
export function processorKind(type: string): string {
  return type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '')
}

/** The defaults of a class, null for one that is not known here. */
export function processorDefaults(kind: string): ProcessorDefaults | null {
  return Object.hasOwn(PROCESSORS, kind) ? PROCESSORS[kind]! : null
}

/** Of a file that does not name its processor: those of ViT, where a bare number depends on whether there is a crop. */
export const UNNAMED: ProcessorDefaults = PROCESSORS.ViT!
