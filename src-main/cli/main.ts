import { HeadlightError, toErrorValue } from '@shared/errors'
import { outliveTerminal } from '../process'
import { type Backend, builtEntries, createBackend } from '../service/backend'
import { programLog } from '../service/program-log'
import { interruptSignal, interruptedStatus } from '../shell/interrupt'
import { entryFolderOf } from '../shell/entry-folder'
import { EXIT } from './command'
import { type Output, createOutput } from './output'
import { type Parsed, parseCommandLine } from './program'

const builtBackend = (program: string) =>
  createBackend({ entries: builtEntries(entryFolderOf(import.meta.url)), program })

/** Runs one command; gives the exit status. Never rejects. `startBackend` is called when a command needs it. */
export async function runCommandLine(
  argv: string[],
  startBackend: (program: string) => Backend = builtBackend,
): Promise<number> {
  outliveTerminal()
  const output = createOutput(argv.includes('--json'))
  try {
    if (argv[0] === 'completion-server') return (await import('./commands/completion')).answerShell()
    const parsed = parseCommandLine(argv.length === 0 ? ['--help'] : argv)
    if (!parsed) return argv.length === 0 ? EXIT.usage : EXIT.done
    return await execute(parsed, output, startBackend)
  } catch (error) {
    const { code, message, cause } = toErrorValue(error)
    output.note(`headlight: ${message}`)
    if (code === 'internal' && cause) output.note(cause)
    if (code !== 'usage') programLog().write('error', 'command failed', { command: argv[0], code, message, cause })
    output.document({ error: { code, message } })
    return statusOf(error)
  }
}

async function execute(
  { declaration, options, positionals }: Parsed,
  output: Output,
  startBackend: (program: string) => Backend,
): Promise<number> {
  const signal = interruptSignal()
  let backend: Backend | null = null
  const started = () => (backend ??= startBackend(`headlight ${declaration.name}`))
  try {
    const { execute } = await declaration.load()
    return await execute({ options, positionals, output, backend: started, signal })
  } finally {
    await (backend as Backend | null)?.dispose()
  }
}

/** The exit status that docs/CLI.md gives an error. */
export function statusOf(error: unknown): number {
  if (toErrorValue(error).code === 'cancelled') return interruptedStatus()
  if (!(error instanceof HeadlightError)) return EXIT.failed
  switch (error.code) {
    case 'usage':
      return EXIT.usage
    case 'unsupported-model':
    case 'unsupported-dataset':
    case 'unreadable-model':
      return EXIT.refused
    default:
      return EXIT.failed
  }
}
