import { statfsSync } from 'node:fs'

/** Types of file systems that lie on another machine, as Linux's statfs tells them (linux/magic.h). */
const NETWORK_TYPES = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
])

/** `network` or `local` where the user knows better than the file system tells. */
export const OVERRIDE = 'HEADLIGHT_PROJECT_DISK'

/**
 * The kind of network file system that a folder lies on, null for a local one. There, memory cannot be shared between
 * machines, so SQLite's WAL does not work, and neither does more than one connection to a file.
 */
export function networkFileSystem(folder: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const override = env[OVERRIDE]
  if (override === 'local') return null
  if (override === 'network') return 'network'
  // A share is `\\server\share`; a drive letter that leads to one is only known to Windows itself.
  if (process.platform === 'win32') return /^(\\\\|\/\/)(?![.?])/.test(folder) ? 'SMB' : null
  if (process.platform !== 'linux') return null
  return networkType(statfsSync(folder).type)
}

/** The name of a file system's type, null for a local one. */
export function networkType(type: number): string | null {
  // Node gives a signed number on some machines.
  return NETWORK_TYPES.get(type >>> 0) ?? null
}
