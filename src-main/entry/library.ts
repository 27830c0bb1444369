/** The library process: the SQLite files of the open project. */
import { Library } from '../library/library'
import { serve } from '../process'

// Ctrl-C reaches every process of a terminal; this one ends when its parent is done with it.
process.on('SIGINT', () => undefined)

const library = new Library()
serve(library, { onStop: () => library.close() })
