/** Files: NumPy's arrays, and what is a regular file. */
export { npyHeader, parseNpy, readNpy, writeNpy, type NpyArray } from './npy'
export { isRegularFile, refuseIrregular, statOf } from './regular-file'
