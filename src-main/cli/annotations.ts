import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { AnnotationCallName, AnnotationCalls, AnnotationImport, CallInput } from '@shared/api'
import type { z } from 'zod'
import { annotationCalls } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { refuseIrregular } from '@headlight/explain/files'
import type { Library } from '../runs/compute-source'
import { usage } from './usage'

/** The input of an annotation call, checked as a window's would be. Throws 'usage'. */
export function checkedInput<Name extends AnnotationCallName>(
  name: Name,
  input: CallInput<Name>,
): z.output<AnnotationCalls[Name]['input']> {
  const checked = annotationCalls[name].input.safeParse(input)
  if (!checked.success) throw usage(`${checked.error.issues[0]?.message ?? 'The input is malformed'}.`)
  return checked.data as z.output<AnnotationCalls[Name]['input']>
}

export async function importFile(library: Library, path: string): Promise<AnnotationImport> {
  await refuseIrregular(resolve(path), 'usage')
  const content = await readFile(resolve(path)).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `${path} cannot be read; check its name.`, { cause })
  })
  // The contract's limit of size is for windows, which share the program; the command line may import larger files.
  const input = { name: basename(path), content: new Uint8Array(content) }
  return library.annotations.import(input)
}

/** The result of an import, one line for each kind of change. */
export function importLines(report: AnnotationImport): string[] {
  const { read, added, updated, deleted, same, kept, unknown, mismatched, conflicts } = report
  const lines: [number, string][] = [
    [added, 'added'],
    [updated, 'taken over from a later version'],
    [deleted, 'deleted by their reviewer since'],
    [same, 'here already'],
    [kept, 'older than ours, left as they are'],
    [unknown.count, `of samples that this project does not have (${unknown.paths.slice(0, 3).join(', ')})`],
    [mismatched.count, `of images whose content differs here (${mismatched.paths.slice(0, 3).join(', ')})`],
  ]
  const counted = lines.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const disputed = conflicts > 0 ? [`${conflicts} samples are now judged differently by two reviewers`] : []
  return [`${read} annotations read`, ...counted, ...disputed]
}
