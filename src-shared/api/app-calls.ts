/** The program's part of the contract: what it is, and the files of the machine that it runs on. */
import { z } from 'zod'
import { of } from './call'
import type { FolderEntry, FolderListing } from './dataset'
import { LIMITS, pathSchema } from './limits'
import type { BugReport } from './upkeep'

export interface AppInfo {
  version: string
  platform: string
  shell: 'electron' | 'browser'
  /** Set when the demo model and images are beside the program. */
  demoAvailable: boolean
  home: string
}

export interface RecentProject {
  path: string
  name: string
  openedAt: string
}

export const appCalls = {
  'app.info': of<AppInfo>().with(z.object({})),
  'app.recent': of<RecentProject[]>().with(z.object({})),
  /** The next path that the program was asked to open from outside (a file of its kind, a second start), null for none. */
  'app.opened': of<string | null>().with(z.object({})),
  /** The kind of file or folder at a path: a folder that is dropped on the window may be a project or a dataset. */
  'files.describe': of<FolderEntry & { path: string }>().with(z.object({ path: pathSchema })),
  /** Logs, versions, settings and facts about the open project, without images and names of files. */
  'app.report': of<BugReport>().with(z.object({})),
  'files.list': of<FolderListing>().with(z.object({ path: z.string().max(LIMITS.path).nullable() })),
} as const
