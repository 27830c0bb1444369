/** Names of folders that hold a dataset together and are not classes. */

/** Folders of pictures inside a dataset or a class. */
const STRUCTURE = new Set([
  ...['image', 'images', 'img', 'imgs', 'jpegimages', 'jpeg', 'jpg', 'jpegs', 'png', 'pngs', 'data', 'dataset'],
  ...['picture', 'pictures', 'pics', 'photos', 'raw', 'rgb', 'samples', 'images_background', 'images_evaluation'],
])
/** Folders of pictures that are about a dataset. */
const ASIDE = new Set([
  ...['assets', 'asset', 'docs', 'doc', 'figures', 'figure', 'figs', 'fig', 'readme', 'media', 'static', 'screenshots'],
  ...['screenshot', 'logo', 'logos', 'thumbnails', 'thumbs', 'meta'],
])
export function isStructure(name: string): boolean {
  return STRUCTURE.has(name.toLowerCase())
}

export function isAside(name: string): boolean {
  return ASIDE.has(name.toLowerCase())
}

/** Words before a number by which datasets are cut into several folders. */
const PART =
  /(^|[\s_.-])(images?|imgs?|pictures|photos|data|parts?|batch|batches|chunks?|shards?|folders?|folds?)[\s_.-]*$/

/** Whether names are parts of one folder that was split up: `HAM10000_images_part_1` and `.._2`, `images_001` and `images_002`. */
export function areParts(names: ReadonlySet<string>): boolean {
  const stems = new Set([...names].map((name) => name.toLowerCase().replace(/\d+$/, '')))
  const [stem = ''] = stems
  return names.size > 1 && stems.size === 1 && !names.has(stem) && PART.test(stem)
}
