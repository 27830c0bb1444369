import type { ProjectInfo } from '@shared/api'

export interface ProjectApi {
  /** Creates the project folder with both databases and takes its lock. 'not-writable', 'project-locked'. */
  create(input: { path: string }): Promise<ProjectInfo>
  open(input: { path: string }): Promise<ProjectInfo>
  /** The open project, null where none is. */
  current(): Promise<ProjectInfo | null>
  close(): Promise<void>
}
