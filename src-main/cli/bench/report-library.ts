import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Backend } from '../../service/backend'
import { type Output, table } from '../output'
import { generateLibrary } from './generate-library'
import { measureLibrary, type Measurement } from './measure-library'
import type { Pictures } from './write-pictures'

export interface LibraryBench {
  project: string | null
  samples: number
  pictures: Pictures
  /** Whether to write the project and measure nothing more. */
  onlyWrite: boolean
}

/**
 * Times the library over a project that the generator wrote: the one at `project`, which is written first where there is
 * none, or else one that is thrown away.
 */
export async function benchLibrary(
  output: Output,
  backend: () => Backend,
  { project, samples, pictures, onlyWrite }: LibraryBench,
): Promise<Measurement[]> {
  const folder = project === null ? mkdtempSync(join(tmpdir(), 'headlight-bench-library-')) : null
  const path = resolve(project ?? join(folder ?? '', 'Bench.headlight'))
  const measured: Measurement[] = []
  try {
    if (!existsSync(path)) {
      const { listSeconds, commitSeconds } = await generateLibrary(path, samples, pictures, (phase, done) =>
        output.status(`${phase}: ${done.toLocaleString('en')} of ${samples.toLocaleString('en')} samples`),
      )
      measured.push({
        name: `writing ${samples.toLocaleString('en')} samples: listing`,
        value: listSeconds,
        unit: 's',
        limit: null,
      })
      measured.push({ name: 'writing them: results', value: commitSeconds, unit: 's', limit: null })
    }
    if (!onlyWrite) measured.push(...(await measureLibrary(backend, path, (text) => output.status(text))))
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
  output.endStatus()
  return measured
}

export function printMeasurements(output: Output, measured: readonly Measurement[]): void {
  const cells = measured.map(({ name, value, unit, limit }) => [
    name,
    `${value.toFixed(unit === 's' ? 1 : 0)} ${unit}`,
    limit === null ? '' : `under ${limit} ${unit}`,
    limit === null ? '' : value < limit ? 'yes' : 'NO',
  ])
  output.line(table(['library', 'measured', 'wanted', ''], cells))
}
