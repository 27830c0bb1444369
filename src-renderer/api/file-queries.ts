/** What lies on this machine's disks. */
import { service } from './service'

/** What lies at a path: a project, a model, a dataset or none of these. */
export const describeFile = (path: string) => service.call('files.describe', { path })
