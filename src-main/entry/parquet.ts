/** The thread that reads Parquet files. */
import { workerData } from 'node:worker_threads'
import { ParquetDecoder } from '../datasets/parquet-decoder'
import { serveThread } from '../process/thread'

const progress = new Int32Array(workerData as SharedArrayBuffer)
serveThread(
  () => new ParquetDecoder(() => void Atomics.add(progress, 0, 1)),
  // Where one part of a file cannot be read, hyparquet tells of that, and leaves the other parts' failures to nobody.
  () => undefined,
)
