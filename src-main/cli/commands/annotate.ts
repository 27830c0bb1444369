import { resolve } from 'node:path'
import type { AnnotationChange } from '@shared/api'
import { checkedInput, importFile, importLines } from '../annotations'
import { type CommandContext, EXIT } from '../command'
import { texts, required, text } from '../options'
import { usage } from '../usage'
import { table } from '../output'

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const file = text(options, 'import')
  const sample = text(options, 'sample')
  if ((file === undefined) === (sample === undefined)) throw usage('Give either --sample or --import.')
  const { library } = backend()
  await library.project.open({ path: resolve(required(options, 'project')) })

  if (file !== undefined) {
    const { step: _step, samples, ...report } = await importFile(library, file)
    output.document({ ...report, samples: samples.length })
    for (const line of importLines({ ...report, samples, step: null })) output.line(line)
    return EXIT.done
  }

  const id = await library.samples.find({ path: sample ?? '' })
  const ids = Uint32Array.of(id)
  const [verdict, note] = [text(options, 'verdict'), text(options, 'note')]
  const changes: AnnotationChange[] = [
    ...texts(options, 'tag').map((tag) => ({ kind: 'tag', tag, ids, on: true }) as const),
    ...(verdict === undefined ? [] : [{ kind: 'verdict', verdict: verdict === '' ? null : verdict, ids } as const]),
    ...(note === undefined ? [] : [{ kind: 'note', text: note, ids } as const]),
  ]
  if (changes.length > 0) {
    const input = { changes, reviewer: text(options, 'reviewer') }
    await library.annotations.change(checkedInput('annotations.change', input))
  }
  const [said] = await library.annotations.ofSamples({ ids })
  const annotations = said?.annotations ?? []
  output.document({ sample, id, annotations: annotations.map(({ sampleId: _id, ...annotation }) => annotation) })
  output.line(
    table(
      ['', 'reviewer', 'text'],
      annotations.map(({ kind, reviewer, text: said }) => [kind, reviewer, said]),
    ),
  )
  return EXIT.done
}
