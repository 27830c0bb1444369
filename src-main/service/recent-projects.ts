import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { RecentProject } from '@shared/api'
import { isRegularFile } from '@headlight/explain/files'
import { isSameFile } from '../datasets/same-file'
import { configFolder } from './places'

const KEPT = 12
/** `view`: the address that was last in view. */
const fileSchema = z.array(
  z.object({ path: z.string(), name: z.string(), openedAt: z.string(), view: z.string().optional() }),
)
type Entry = z.output<typeof fileSchema>[number]

/** The projects opened last, newest first, in one small JSON file. Nothing else depends on it. */
export class RecentProjects {
  readonly #file: string
  /** Changes of the file go one after another. */
  #turn: Promise<void> = Promise.resolve()

  constructor(file = join(configFolder(), 'recent-projects.json')) {
    this.#file = file
  }

  /** Those that still exist. An unreadable file counts as empty. */
  async list(): Promise<RecentProject[]> {
    const projects = (await this.#read()).filter(({ path }) => existsSync(path))
    return projects.map(({ path, name, openedAt }) => ({ path, name, openedAt }))
  }

  /** Puts a project first; it is listed once, however its path is spelled. A project is opened even where the settings folder cannot be written. */
  async add(path: string): Promise<void> {
    const name = basename(path).replace(/\.headlight$/, '')
    await this.#change((projects) => {
      const view = entryOf(projects, path)?.view
      const others = projects.filter((project) => !isSameFile(project.path, path))
      return [{ path, name, openedAt: new Date().toISOString(), view }, ...others].slice(0, KEPT)
    })
  }

  /** The address that was last in view of a project, undefined for none. What is being kept at that moment counts. */
  async lastView(path: string): Promise<string | undefined> {
    await this.#turn
    return entryOf(await this.#read(), path)?.view
  }

  /** Keeps what is in view of a project, for the next time that it is opened. */
  async keepView(path: string, view: string): Promise<void> {
    await this.#change((projects) => {
      const kept = entryOf(projects, path)
      return projects.map((project) => (project === kept ? { ...project, view } : project))
    })
  }

  #change(change: (projects: Entry[]) => Entry[]): Promise<void> {
    this.#turn = this.#turn.then(async () => this.#write(change(await this.#read())))
    return this.#turn
  }

  async #write(projects: Entry[]): Promise<void> {
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
      const draft = `${this.#file}.${process.pid}`
      await writeFile(draft, `${JSON.stringify(projects, null, 2)}\n`, { mode: 0o600 })
      await rename(draft, this.#file)
    } catch (error) {
      console.error(`The list of recent projects could not be written: ${String(error)}`)
    }
  }

  async #read(): Promise<Entry[]> {
    if (!isRegularFile(this.#file)) return []
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      // No list that can be read: the next project that is opened begins one.
      return []
    }
  }
}

/** The path as it is written first: looking at the others takes long where one lies on a disk that does not answer. */
function entryOf(projects: readonly Entry[], path: string): Entry | undefined {
  return projects.find((project) => project.path === path) ?? projects.find((project) => isSameFile(project.path, path))
}
