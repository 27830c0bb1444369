import { resolve } from 'node:path'
import { refuseProtected } from '../../exports/target'
import { type CommandContext, EXIT } from '../command'
import { EXPORTS } from '../exports'
import type { FileReport } from '../exports/kind'
import { required, text } from '../options'
import { usage } from '../usage'

const KINDS = EXPORTS.map(({ what }) => what)
/** Options that belong to some kinds only. */
const SPECIAL = [...new Set(EXPORTS.flatMap(({ options = [] }) => options))]

/** Writes one thing of a project as a file; `cli/exports` has one file a thing. */
export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const what = required(options, 'what')
  const kind = EXPORTS.find((candidate) => candidate.what === what)
  if (!kind) throw usage(`--what takes ${KINDS.join(', ')}; not "${what}".`)
  const format = required(options, 'format')
  if (!kind.formats.includes(format)) {
    throw usage(`--what ${what} is written as ${kind.formats.join(' or ')}; not "${format}".`)
  }
  for (const option of SPECIAL) {
    if (options[option] !== undefined && !kind.options?.includes(option)) {
      throw usage(`--${option} does not go with --what ${what}.`)
    }
  }
  const out = required(options, 'out')
  const { library } = context.backend()
  refuseProtected(
    { out, isFolder: what === 'overlays' },
    await library.project.open({ path: resolve(required(options, 'project')) }),
  )
  const report = await kind.write(context, format, out)
  output.document({ what, format, filter: text(options, 'filter') ?? '', ...report })
  output.line(`${report.out}: ${report.bytes} bytes${rowsText(what, report)}`)
  return EXIT.done
}

function rowsText(what: string, { rows, leftOut = 0 }: FileReport): string {
  if (rows === undefined) return ''
  if (what === 'report') return `, ${rows} samples shown${leftOut > 0 ? `; ${leftOut} more are counted only` : ''}`
  const unit = what === 'overlays' ? 'files' : 'rows'
  return `, ${rows} ${unit}${leftOut > 0 ? `; ${leftOut} samples have nothing to write` : ''}`
}
