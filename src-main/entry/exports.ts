/** The thread that makes figures and exports, beside the one that answers windows. */
import { workerData } from 'node:worker_threads'
import { serveThread } from '../process/thread'
import { ExportThreadApi, type ExportThreadParent } from '../service/export-thread-api'

serveThread<ExportThreadParent>((parent) => new ExportThreadApi(parent, String(workerData)))
