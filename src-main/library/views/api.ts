import type { SavedView } from '@shared/api'

/** Addresses of the window that users keep under a name. */
export interface ViewsApi {
  /** In alphabetical order. */
  list(): Promise<SavedView[]>
  /** Takes the place of a view of the same name. */
  save(input: { name: string; address: string }): Promise<SavedView>
  /** Throws 'not-found' where no view has the name. */
  remove(input: { name: string }): Promise<void>
}
