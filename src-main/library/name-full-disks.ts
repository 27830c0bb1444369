import { toErrorValue } from '@shared/errors'
import { namedFault } from './project/named-fault'
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
          const named = namedFault(error, folder ?? String(args[0]))
          if (toErrorValue(named).code === 'project-damaged') target.doubtFiles()
          throw named
        }
      }
    },
  })
}
