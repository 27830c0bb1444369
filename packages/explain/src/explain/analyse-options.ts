/** What a caller of `analyseModel` may say about a model. */
import type { FeatureReadout } from './report'
import type { ClassVectors } from './class-vectors'
import type { ImageSize } from './image-size'

/** Choices that a model may leave open. */
export interface AnalyseOptions {
  /** Height and width in pixels for models that leave them open: what the preprocessing makes. */
  imageSize?: ImageSize
  /** Name of the output to explain, where it is not the one that is found. */
  output?: string
  /** Name of the tower of attention layers to explain, where there are several. */
  tower?: string
  /** Vectors of the classes, for a model that gives features. */
  classes?: ClassVectors
  /** How the vectors of tokens become one, where the output with the features is `[batch, tokens, D]`. */
  features?: FeatureReadout
  /** Of a file with a picture's and a text's tower, take the picture's alone, without the classes that prompts would give. */
  pictureTower?: boolean
  /**
   * The runtime reads weights out of files itself, as `onnxruntime-node` does: while a model is analysed, its weights stay in its
   * file, which saves their copies.
   */
  readsFiles?: boolean
}
