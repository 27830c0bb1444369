/** Names of folders and files of masks, and the image that a mask belongs to. */
import { withoutExtension } from '../image-names'

/** Folders whose names mean masks, in order of preference. */
const MASK_FOLDERS = [
  ...['masks', 'mask', 'segmentationclass', 'segmentationclassaug', 'trimaps', 'trimap', 'annotations', 'annotation'],
  ...[
    'annot',
    'annots',
    'ann',
    'ann_dir',
    'labels',
    'label',
    'segmentations',
    'segmentation',
    'seg',
    'segs',
    'semantic',
  ],
  ...['gt', 'gts', 'groundtruth', 'ground_truth', 'ground-truth', 'ground truth', 'gtfine', 'gtcoarse', 'pedmasks'],
  ...[
    'silhouettes',
    'silhouette',
    'saliency',
    'alpha',
    'matte',
    'mattes',
    'segmentationobject',
    'instances',
    'instance',
  ],
]
const MASK_ENDING = /[-_ ](masks?|gt|ground_?truth|segmentations?|labels?)$/i
const IMAGE_FOLDER =
  /^(jpe?g_?images|png_?images|images?|imgs?|img_dir|images?_?(raw|original)|leftimg8bit|rgb|pictures?|photos?|inputs?|originals?|jpe?gs?)$|[-_ ](images?|imgs?|inputs?)$/i
/** Folders that hold nothing but masks wherever pictures lie beside them. */
const PURE = /^(segmentation(class|object|classaug)|trimaps|gtfine|gtcoarse|pedmasks)$/i

/** Suffixes that tools append to the name of the image, in order of preference. */
const MASK_SUFFIXES = [
  ...[
    '_mask',
    '-mask',
    '.mask',
    ' mask',
    '_masks',
    '_seg',
    '_segmentation',
    '_trimap',
    '_matte',
    '_gt',
    '_label',
    '_labels',
  ],
  ...['_gtfine_labelids', '_gtcoarse_labelids', '_labelids', '_gtfine_labeltrainids', '_labeltrainids'],
  ...['_annotation', '_anno', '_l', '_gtfine_instanceids', '_gtcoarse_instanceids', '_instanceids'],
  ...['_gtfine_color', '_gtcoarse_color', '_color', '_mask_color'],
]
const IMAGE_SUFFIXES = ['_leftimg8bit', '_image', '_img', '_rgb', '_sat', '_photo']

export function isMaskFolder(name: string): boolean {
  return MASK_FOLDERS.includes(name.toLowerCase()) || MASK_ENDING.test(name)
}

export function isImageFolder(name: string): boolean {
  return IMAGE_FOLDER.test(name) && !isMaskFolder(name)
}

export function isPureMaskFolder(name: string): boolean {
  return PURE.test(name)
}

/** Of folders of masks that lie side by side the one that is taken has the lowest rank. */
export function maskFolderRank(name: string): number {
  const rank = MASK_FOLDERS.indexOf(name.toLowerCase())
  return rank < 0 ? MASK_FOLDERS.length : rank
}

export interface MaskName {
  /** The path of its image without ending and suffix. */
  key: string
  /** Lower is taken before higher, where an image has several masks; 0 is a mask that is called as its image. */
  rank: number
}

/** What a mask may belong to, from its path relative to its folder of masks. */
export function maskKeys(path: string): MaskName[] {
  const stem = withoutExtension(path)
  const lower = stem.toLowerCase()
  const suffixed = MASK_SUFFIXES.flatMap((suffix, index) =>
    lower.endsWith(suffix) && !lower.endsWith(`/${suffix}`)
      ? [{ key: stem.slice(0, stem.length - suffix.length), rank: index + 1 }]
      : [],
  )
  return [{ key: stem, rank: 0 }, ...suffixed]
}

/** Whether tools append this to the name of the image. `x_l.png` may as well be a left view. */
export function hasMaskSuffix(path: string): boolean {
  return maskKeys(path).some(({ rank }) => rank > 0 && rank !== MASK_SUFFIXES.indexOf('_l') + 1)
}

/** The names by which a mask finds an image, from the image's path relative to its folder of images. */
export function imageKeys(path: string): string[] {
  const stem = withoutExtension(path)
  const lower = stem.toLowerCase()
  return [stem, ...IMAGE_SUFFIXES.flatMap((suffix) => (lower.endsWith(suffix) ? [stem.slice(0, -suffix.length)] : []))]
}
