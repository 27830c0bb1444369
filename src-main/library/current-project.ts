import type { ProjectInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { OpenProject, type OpenOptions } from './open-project'
import type { ProjectApi } from './project/api'
import type { CheckCopy } from './project/backups'
import { checkCopyInThread } from './project/check-copy'
import { Project } from './project/project'
import type { Holder } from './project/project-lock'

/** Creates, opens and closes projects. At most one is open; every part of the library works on it. */
export class CurrentProject implements ProjectApi {
  readonly #options: OpenOptions & { holder: Holder }
  readonly #checkCopy: CheckCopy | undefined
  #opened: OpenProject | null = null

  /** `holder` is who others are told of that want the same project. */
  constructor(options: OpenOptions & { holder: Holder }) {
    this.#options = options
    const { entryFile } = options
    if (entryFile !== null) this.#checkCopy = (copy, alone) => checkCopyInThread(entryFile, copy, alone)
  }

  /** Throws 'usage' where none is open. */
  get opened(): OpenProject {
    if (this.#opened === null) throw new HeadlightError('usage', 'No project is open; open or create one first.')
    return this.#opened
  }

  /** The folder of the open project. */
  get folder(): string | null {
    return this.#opened?.project.path ?? null
  }

  async create({ path }: { path: string }): Promise<ProjectInfo> {
    await this.close()
    return this.#enter(Project.create(path, this.#options.holder, this.#checkCopy))
  }

  async open({ path }: { path: string }): Promise<ProjectInfo> {
    await this.close()
    return this.#enter(Project.open(path, this.#options.holder, this.#checkCopy))
  }

  async current(): Promise<ProjectInfo | null> {
    return this.#opened?.info() ?? null
  }

  async close(): Promise<void> {
    const closing = this.#opened
    this.#opened = null
    await closing?.close()
  }

  /** A file was found damaged: the next opening checks both. */
  doubt(): void {
    this.#opened?.project.doubt()
  }

  async #enter(project: Project): Promise<ProjectInfo> {
    this.#opened = await OpenProject.enter(project, this.#options)
    return this.#opened.info()
  }
}
