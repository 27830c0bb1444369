/**
 * The built program, for tests that start its processes: built anew where a source is younger, once for all of them. A
 * process that reads the sources one by one takes two seconds of the processor to start, a built one a tenth of that.
 */
import { join } from 'node:path'
import { programFolder } from '../../process/program-folder'
import { builtEntries } from '../backend'
import ensureBuilt from './ensure-built'

await ensureBuilt()

export const BUILT = builtEntries(join(programFolder(), 'out', 'main'))
