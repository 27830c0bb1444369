/** Files: NumPy's arrays, and what is a regular file. */
export { npyHeader, npyLayout, parseNpy, readNpy, writeNpy, type NpyArray, type NpyLayout } from './npy'
export { isRegularFile, refuseIrregular, statOf } from './regular-file'
