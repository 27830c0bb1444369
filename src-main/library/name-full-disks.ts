import { fullDisk, isFullDisk } from './project/full-disk'
import type { Library } from './library'

/** The library with one more promise: whatever fails for want of room on the disk throws 'disk-full' and says where. */
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
          throw isFullDisk(error) ? fullDisk(folder ?? String(args[0]), error) : error
        }
      }
    },
  })
}
