import { toErrorValue } from '@shared/errors'
import { damagedFile, isDamage } from './project/database-file'
import { fullDisk, isFullDisk } from './project/full-disk'
import type { Library } from './library'

/**
 * The library with two more promises: whatever fails for want of room on the disk throws 'disk-full' and says where, and
 * whatever comes upon a damaged file throws 'project-damaged' and has the files checked at the next opening.
 */
export function nameFullDisks(library: Library): Library {
  return new Proxy(library, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        // Closing forgets the folder before it fails.
        const folder = target.folder
        try {
          return await (member as (...args: unknown[]) => unknown).apply(target, args)
        } catch (error) {
          const damaged = isDamage(error) ? damagedFile(error) : error
          if (toErrorValue(damaged).code === 'project-damaged') target.doubtFiles()
          throw isFullDisk(error) ? fullDisk(folder ?? String(args[0]), error) : damaged
        }
      }
    },
  })
}
