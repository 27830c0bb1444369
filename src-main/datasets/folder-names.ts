/** Names of folders that hold a dataset together and are no classes. */

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
