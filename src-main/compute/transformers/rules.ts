import type { PreprocessingRules } from '@shared/api'
import { OVER_PILLOW, OVER_TORCHVISION } from '@shared/preprocessing-steps'
import { processorKind } from './image-processors'
import type { JsonObject } from '../json-file'
import type { Reader } from './reader'

/** Where the configuration of an image processor stands. */
export type Place = 'by itself' | 'inside a processor'

/**
 * The library whose rounding a file asks for, as far as the file tells. A fast processor is named in files of transformers 4.49 to 5.3: it
 * resizes 8-bit tensors with torchvision, and up to 4.56 left the crop to it as well. Those versions write keys that are
 * null, and lack the key `pad_size` that came with 4.57. transformers 5 drops nulls, and keeps the image processor inside
 * processor_config.json; by itself it is saved as versions before were, so that Pillow's way is taken.
 */
export function rulesOf(
  type: string,
  content: JsonObject,
  place: Place,
  crops: boolean,
  reader: Reader,
): PreprocessingRules {
  if (processorKind(type) === 'DINOv3ViT') return { of: 'transformers (DINOv3)', resample: 'torch-float', pad: 'after' }
  if (processorKind(type) === 'Vivit') return { of: 'transformers (Vivit, over Pillow alone)', passes: 'height-first' }
  if (place === 'inside a processor') return { of: OVER_TORCHVISION, resample: 'torch', pad: 'after' }
  if (!type.endsWith('Fast')) return { of: OVER_PILLOW, passes: 'height-first' }
  const hasNulls = Object.values(content).includes(null)
  const isOld = hasNulls && !FAST_SINCE_4_57.some((key) => key in content)
  // PoolFormer's crop was its own from the first, ConvNeXt's was torchvision's to the last.
  const kind = processorKind(type)
  if (kind === 'ConvNext' || (isOld && kind !== 'PoolFormer')) {
    return {
      of: `transformers' fast processors to ${isOld ? '4.56' : '4.57'}`,
      resample: 'torch',
      crop: 'half-even',
      pad: 'after',
    }
  }
  if (!hasNulls && crops) {
    reader.warnings.say(
      `${reader.source} does not show which transformers wrote it: the crop begins rounded down, as from 4.57 on; fast processors before round half to even.`,
      'crop',
    )
  }
  return { of: "transformers' fast processors from 4.57", resample: 'torch', pad: 'after' }
}

const FAST_SINCE_4_57 = ['pad_size', 'do_pad']
