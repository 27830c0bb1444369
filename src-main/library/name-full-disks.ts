import { toErrorValue } from '@shared/errors'
import type { LibraryApi } from './api'
import type { CurrentProject } from './current-project'
import type { Library } from './library'
import { namedFault } from './project/named-fault'

/**
 * The library with two more promises: whatever fails for want of room on the disk throws 'disk-full' and says where, and
 * a call that meets a damaged file throws 'project-damaged' and has the files checked at the next opening.
 */
export function nameFullDisks(library: Library): LibraryApi {
  const parts = Object.entries(library).map(([name, part]) => [name, withNamedFaults(part as object, library.project)])
  return Object.fromEntries(parts) as LibraryApi
}

function withNamedFaults(part: object, project: CurrentProject): object {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        // Closing forgets the folder before it fails.
        const folder = project.folder
        try {
          return await (member as (...args: unknown[]) => unknown).apply(target, args)
        } catch (error) {
          const named = namedFault(error, folder ?? pathIn(args[0]))
          if (toErrorValue(named).code === 'project-damaged') project.doubt()
          throw named
        }
      }
    },
  })
}

/** What is created or opened. */
function pathIn(input: unknown): string {
  return String((input as { path?: unknown } | undefined)?.path)
}
