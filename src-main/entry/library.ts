/** The library process: the SQLite files of the open project. */
import { Library } from '../library/library'
import { nameFullDisks } from '../library/name-full-disks'
import { serve } from '../process'

// Ctrl-C reaches every process of a terminal; this one ends when its parent is done with it.
process.on('SIGINT', () => undefined)

// Others are told of the program that a user started, which is this process's parent.
const library = new Library({ pid: process.ppid, program: process.argv[2] ?? 'headlight' })
serve(nameFullDisks(library), { onStop: () => library.close() })
