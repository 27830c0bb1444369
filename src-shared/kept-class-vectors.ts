/** The folder of a project that holds copies of class vectors. */
export const CLASS_VECTORS_FOLDER = 'classes'

/** Where a project keeps the class vectors of this content. */
export const keptClassVectors = (project: string, hash: string) =>
  `${project}/${CLASS_VECTORS_FOLDER}/${hash}.safetensors`
