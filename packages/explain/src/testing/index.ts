/** What tests of this repository share; not a part of the published package. */
export { TINY_WIDTH, tinyVit, type TinyVit } from '../explain/testing/tiny-vit'
export { reference, relativeError, zoo } from './zoo'
