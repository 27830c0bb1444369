/** Saved views: names for addresses of a project's screens. */
import { z } from 'zod'
import { nameSchema } from './annotation-calls'
import { of } from './call'
import { pathSchema } from './limits'

export interface SavedView {
  name: string
  /** Path and query of a screen of a run, as '/runs/1/gallery?filter=correct:false'. */
  address: string
  /** ISO 8601. */
  savedAt: string
}

/** Only screens of a run: whatever else an address could lead to is not a view. */
export const viewAddressSchema = z
  .string()
  .max(8192)
  .regex(/^\/runs\/\d{1,10}\/[\w/-]+(\?[^\s#]*)?$/, 'a view is the address of a screen of a run')

export const viewCalls = {
  /** In alphabetical order. */
  'views.list': of<SavedView[]>().with(z.object({})),
  /** Takes the place of a view of the same name. */
  'views.save': of<SavedView>().with(z.object({ name: nameSchema, address: viewAddressSchema })),
  /** Throws 'not-found' where no view has the name. */
  'views.remove': of<null>().with(z.object({ name: nameSchema })),
  /** What was last in view of the open project on this machine; null for nothing. */
  'views.last': of<{ address: string } | null>().with(z.object({})),
  'views.keepLast': of<null>().with(z.object({ project: pathSchema, address: viewAddressSchema })),
} as const
