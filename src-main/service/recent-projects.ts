import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import type { RecentProject } from '@shared/api'

const KEPT = 12
const fileSchema = z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.string() }))

/** The projects opened last, newest first, in one small JSON file. Losing it costs nothing but comfort. */
export class RecentProjects {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Those that still exist. An unreadable file counts as empty. */
  async list(): Promise<RecentProject[]> {
    return (await this.#read()).filter(({ path }) => existsSync(path))
  }

  /** Puts a project first. A settings folder that cannot be written is no reason to refuse a project. */
  async add(path: string): Promise<void> {
    const name = basename(path).replace(/\.headlight$/, '')
    const others = (await this.#read()).filter((project) => project.path !== path)
    const projects = [{ path, name, openedAt: new Date().toISOString() }, ...others].slice(0, KEPT)
    try {
      await mkdir(dirname(this.#file), { recursive: true })
      const draft = `${this.#file}.${process.pid}`
      await writeFile(draft, `${JSON.stringify(projects, null, 2)}\n`)
      await rename(draft, this.#file)
    } catch (error) {
      console.error(`The list of recent projects could not be written: ${String(error)}`)
    }
  }

  async #read(): Promise<RecentProject[]> {
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return []
    }
  }
}
