import { formatBytes } from '@shared/format-bytes'
import { resolve } from 'node:path'
import type { ProjectCheck, SampleGroup } from '@shared/api'
import { type CommandContext, EXIT } from '../command'
import { unmeasuredSentences } from '../mask-report'
import { flag, required } from '../options'
import { type Output } from '../output'

export async function execute({ options, output, backend, signal }: CommandContext): Promise<number> {
  const { library } = backend()
  const { notices, runs } = await library.project.open({ path: resolve(required(options, 'project')) })
  const report = await library.upkeep.check({ deep: flag(options, 'deep') }, { signal })
  const problems = [...notices, ...report.problems]
  const unmeasured = await Promise.all(
    runs.map(async ({ id, name }) => ({ run: id, name, groups: await library.runs.unmeasured({ runId: id }) })),
  )
  const without = unmeasured.filter(({ groups }) => groups.length > 0)
  output.document({ ...report, ok: problems.length === 0, problems, unmeasured: without })
  printCheck(output, report)
  for (const { run, name, groups } of without) {
    for (const sentence of unmeasuredSentences(groups)) output.line(`run ${run} (${name}): ${sentence}`)
  }
  for (const problem of problems) output.line(problem)
  output.line(`${report.checked} images checked, ${countOf(problems.length)}`)
  return problems.length === 0 ? EXIT.done : EXIT.failed
}

function countOf(problems: number): string {
  return problems === 0 ? 'no problem' : problems === 1 ? '1 problem' : `${problems} problems`
}

/** What was looked at, a line each; problems follow as sentences of their own. */
function printCheck(output: Output, { files, datasets, models }: ProjectCheck): void {
  for (const { file, bytes, problem } of files) {
    output.line(`${file}  ${formatBytes(bytes)}  ${problem === null ? 'sound' : 'damaged'}`)
  }
  for (const { root, match } of datasets) {
    output.line(`${root}  ${match === null ? 'cannot be read' : `${match.kind}, ${matchLine(match)}`}`)
  }
  for (const { path, problem } of models) output.line(`${path}  ${problem === null ? 'unchanged' : 'not as it was'}`)
  output.line()
}

/** `998 of 1000 images in place, 2 missing (64 read and compared)`. */
export function matchLine(
  match: Record<'byPath' | 'renamed' | 'different' | 'missing', SampleGroup> & {
    samples: number
    hashed: number
  },
): string {
  const parts = [`${match.byPath.count} of ${match.samples} images in place`]
  if (match.renamed.count > 0) parts.push(`${match.renamed.count} under another name`)
  if (match.different.count > 0) parts.push(`${match.different.count} with other content`)
  if (match.missing.count > 0) parts.push(`${match.missing.count} missing`)
  return `${parts.join(', ')} (${match.hashed} read and compared)`
}
