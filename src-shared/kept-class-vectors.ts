/** The folder of a project that holds copies of class vectors. */
export const CLASS_VECTORS_FOLDER = 'classes'

/** Where a project keeps the class vectors of this content. */
export const keptClassVectors = (project: string, hash: string) =>
  `${project}/${CLASS_VECTORS_FOLDER}/${hash}.safetensors`

/** The folder of a project that holds a compressed backup of each of them. */
export const CLASS_VECTORS_BACKUPS = 'classes-backup'

/** The backup of the class vectors of this content. */
export const classVectorsBackup = (project: string, hash: string) =>
  `${project}/${CLASS_VECTORS_BACKUPS}/${hash}.safetensors.gz`
