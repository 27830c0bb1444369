import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { outliveTerminal } from '../process'
import { type Backend, builtEntries, createBackend } from '../service/backend'
import { programLog } from '../service/program-log'
import { interruptSignal, interruptedStatus } from '../shell/interrupt'
import { entryFolderOf } from '../shell/serve-window'
import { type Command, EXIT, type OptionValues } from './command'
import { commandHelp, generalHelp } from './help'
import { type Output, createOutput } from './output'
import { COMMANDS } from './commands'
import { usage } from './options'

const COMMON: ParseArgsOptionsConfig = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
}

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
    const [name, ...rest] = argv
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      process.stdout.write(generalHelp(COMMANDS))
      return name === undefined ? EXIT.usage : EXIT.done
    }
    const command = COMMANDS.find((candidate) => candidate.name === name)
    if (!command) throw usage(`There is no command "${name}". "headlight --help" lists them.`)
    const { values, positionals } = parse(command, rest)
    if (values.help) {
      process.stdout.write(commandHelp(command))
      return EXIT.done
    }
    if (command.arguments !== 'any' && positionals.length !== command.arguments)
      throw usage(`Usage: headlight ${command.name} ${command.usage}`)
    return await execute(command, values, positionals, output, startBackend)
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
  command: Command,
  options: OptionValues,
  positionals: string[],
  output: Output,
  startBackend: (program: string) => Backend,
): Promise<number> {
  const signal = interruptSignal()
  let backend: Backend | null = null
  const started = () => (backend ??= startBackend(`headlight ${command.name}`))
  try {
    return await command.execute({ options, positionals, output, backend: started, signal })
  } finally {
    await (backend as Backend | null)?.dispose()
  }
}

function parse(command: Command, args: string[]): { values: OptionValues; positionals: string[] } {
  try {
    return parseArgs({ args, options: { ...COMMON, ...command.options }, allowPositionals: true })
  } catch (error) {
    throw usage(`${(error as Error).message} Usage: headlight ${command.name} ${command.usage}`)
  }
}

/** The exit status that CLI.md gives an error. */
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
