/** Kinds of dataset files by their names, with a note about each. */

export interface DatasetFileKind {
  name: string
  /** What it can be and what it cannot, in a few words. */
  note: string
  matches(fileName: string): boolean
}

const ending = (pattern: RegExp) => (fileName: string) => pattern.test(fileName)

export const DATASET_FILE_KINDS: readonly DatasetFileKind[] = [
  {
    name: 'Zip archive',
    note: 'labels from folders; stored or deflated, not encrypted, images to 256 MB',
    matches: ending(/\.zip$/i),
  },
  {
    name: 'WebDataset (tar)',
    note: 'labels from .cls, .json or folders; not compressed',
    matches: ending(/\.tar$/i),
  },
  {
    name: 'Parquet',
    note: 'images inside, or a table of paths; row groups to 512 MB',
    matches: ending(/\.parquet$/i),
  },
  {
    name: 'Manifest',
    note: 'a table of image paths beside its images; UTF-8',
    matches: ending(/\.(csv|tsv|jsonl|ndjson)$/i),
  },
  {
    name: 'IDX (MNIST family)',
    note: 'greyscale; gzipped to 256 MB unpacked',
    matches: ending(/images?[-.]idx3[-.]ubyte(\.gz)?$/i),
  },
]

/** The kind of a file that may be a dataset, null for all others. */
export function datasetFileKind(fileName: string): DatasetFileKind | null {
  return DATASET_FILE_KINDS.find(({ matches }) => matches(fileName)) ?? null
}

/** Why a file that looks like a dataset cannot be read as one, null for all others. */
export function whyNoDataset(fileName: string): string | null {
  if (/\.(tgz|tar\.(gz|bz2|xz|zst))$/i.test(fileName)) return 'compressed tar: unpack it to .tar'
  if (/\.(7z|rar)$/i.test(fileName)) return 'cannot be read: unpack it, or make a .zip of it'
  if (/\.arrow$/i.test(fileName)) return 'Arrow of save_to_disk: write it as Parquet'
  return null
}

/** Endings of pictures that are read, without their dot, in lower case. */
export const IMAGE_ENDINGS = [
  ...['jpg', 'jpeg', 'jfif', 'jpe', 'png', 'webp', 'tif', 'tiff', 'avif', 'gif', 'bmp'],
  ...['ppm', 'pgm', 'pbm', 'pnm'],
] as const

const IMAGE_NAME = new RegExp(`^[^]+\\.(${IMAGE_ENDINGS.join('|')})$`, 'i')

/** True for a file name with the extension of a picture that is read, in any case. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name)
}

/** Endings of pictures that are not read, with why and what to do. */
const UNREAD_PICTURES: readonly [RegExp, string][] = [
  [/^(heic|heif|hif)$/, 'HEIC is not read: save as JPEG or PNG'],
  [/^jxl$/, 'JPEG XL is not read: save as PNG, or as JPEG with djxl'],
  [/^(jp2|j2k|jpf|jpx|jpm|j2c|jpc)$/, 'JPEG 2000 is not read: save as PNG'],
  [/^(tga|icb|vda|vst)$/, 'Targa is not read: save as PNG'],
  [/^(dcm|dicom)$/, 'DICOM is not read: save as 8-bit PNG, with the window that you look at it with'],
  [/^(nii|mhd|mha|nrrd)$/, 'volumes are not read: save slices as PNG'],
  [/^(cr2|cr3|nef|arw|dng|orf|rw2|raf)$/, "a camera's raw file is not read: develop it to JPEG or PNG"],
  [/^(svg|svgz|eps|pdf)$/, 'drawings are not read: draw it to PNG at the size that you want'],
  [/^(psd|psb|xcf)$/, 'layers are not read: save as PNG'],
  [/^(exr|hdr|pfm)$/, 'high dynamic range is not read: map it to 8 bits and save as PNG'],
  [/^(ico|cur|icns)$/, 'icons are not read: save as PNG'],
  [/^(dds|ktx|ktx2|pcx|sgi|xbm|xpm|apng|jxr|wdp|bpg|qoi|fits?|mpo|ras)$/, 'not read: save as PNG'],
]

/** Why a file that is a picture by its ending is not read, and what to do; null for pictures that are read and all other files. */
export function whyNoPicture(fileName: string): string | null {
  const ending = /[^./\\]\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase()
  return UNREAD_PICTURES.find(([endings]) => endings.test(ending ?? ''))?.[1] ?? null
}

/** Endings of files that hold labels of some datasets and are not read. */
const UNREAD_LABELS: readonly [RegExp, string][] = [
  [/^mat$/, "MATLAB's files are not read"],
  [/^xml$/, 'XML is not read'],
  [/^(xlsx?|ods)$/, 'spreadsheets are not read'],
  [/^(pkl|pickle)$/, 'pickled objects are not read'],
  [/^(h5|hdf5|mdb|lmdb)$/, 'not read'],
  [/^json$/, 'of JSON only labels, annotations, metadata and names of splits are looked into'],
]

/** Why a file that may hold labels is not read, and what to do; null for all other files. */
export function whyNoLabels(fileName: string): string | null {
  const ending = /[^./\\]\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase()
  const why = UNREAD_LABELS.find(([endings]) => endings.test(ending ?? ''))?.[1]
  return why === undefined
    ? null
    : `${why}; if labels are in them, write a table of file names and labels (file_name,label)`
}
