import type { ProcessorDefaults } from './image-processors'
import type { Config } from './config'
import type { Reader } from './reader'

/** A configuration with what its image processor does by default. */
export interface Asked {
  config: Config
  kind: string
  defaults: ProcessorDefaults
  reader: Reader
  channels: number
}
