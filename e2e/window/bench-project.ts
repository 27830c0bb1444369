/** A made-up project of many samples with pictures, and the program that shows it. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Program, openProgram, runHeadlight } from '../program'

/**
 * Starts the program on a project of so many samples. A project at `kept` is used again, and written where there is none;
 * without one it goes with the program.
 */
export async function startBenchProgram(samples: number, kept?: string): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'headlight-bench-window-'))
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const project = resolve(kept ?? join(folder, 'Bench.headlight'))
    if (!existsSync(project)) {
      const argv = ['--project', project, '--only-write', '--samples', String(samples), '--pictures', 'all']
      await runHeadlight(['bench-library', ...argv], folder)
    }
    const program = await openProgram(project)
    const stop = async () => {
      try {
        await program.stop()
      } finally {
        await remove()
      }
    }
    return { ...program, stop }
  } catch (error) {
    await remove()
    throw error
  }
}
