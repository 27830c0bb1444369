import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Backend } from '../../service/backend'
import { type Output, table } from '../output'
import { generateLibrary } from './generate-library'
import { measureLibrary, type Measurement } from './measure-library'

/**
 * Times the library over a project that the generator wrote: the one at `project`, which is written first where there is
 * none, or else one that is thrown away.
 */
export async function benchLibrary(
  output: Output,
  backend: () => Backend,
  { project, samples }: { project: string | null; samples: number },
): Promise<Measurement[]> {
  const folder = project === null ? mkdtempSync(join(tmpdir(), 'headlight-bench-library-')) : null
  const path = resolve(project ?? join(folder ?? '', 'Bench.headlight'))
  const measured: Measurement[] = []
  try {
    if (!existsSync(path)) {
      const { listSeconds, commitSeconds } = await generateLibrary(path, samples, (phase, done) =>
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
    measured.push(...(await measureLibrary(backend, path, (text) => output.status(text))))
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
