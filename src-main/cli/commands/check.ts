import { resolve } from 'node:path'
import { type Command, EXIT } from '../command'
import { required } from '../options'

export const check: Command = {
  name: 'check',
  summary: 'Integrity of a project, and images that moved or changed.',
  usage: '--project P.headlight [--json]',
  options: { project: { type: 'string' } },
  arguments: 0,
  async execute({ options, output, backend }) {
    const { library } = backend()
    const { notices } = await library.open(resolve(required(options, 'project')))
    const { problems, checked } = await library.check()
    const found = [...notices, ...problems]
    output.document({ ok: found.length === 0, problems: found, checked })
    for (const problem of found) output.line(problem)
    output.line(`${checked} images checked, ${found.length === 0 ? 'no problem' : `${found.length} problems`}`)
    return found.length === 0 ? EXIT.done : EXIT.failed
  },
}
