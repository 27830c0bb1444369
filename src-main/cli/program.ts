/**
 * The command line as commander knows it, from the declarations. commander was chosen for its checks (unknown options,
 * excess arguments and missing values are errors that name a near match) and because it has no dependencies; yargs makes
 * numbers of text, and citty lets unknown options pass.
 */
import { type Argument, Command, CommanderError, type Help, type Option } from 'commander'
import type { OptionValues } from './command'
import { declareCommands } from './declarations'
import type { Declaration } from './declarations/declare'
import { json } from './declarations/options'
import { usage } from './usage'

const FOOTER = `
--json prints one JSON document on standard output and nothing else there.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 130 interrupted (and resumable).
"headlight COMMAND --help" tells more about a command.
`

export const FILTER = `
Q is the gallery's filter language: boot (a word alone: in paths, labels and classes), label:skirt (as the dataset
writes it), class:Shirt (what that is matched with), split:train, correct:false, conf>0.9, head(7,2)>0.5, tag:clutter,
and meta.NAME:value or meta.NAME>3 for whatever else the dataset says of its samples. All terms have to hold.
`

export interface Parsed {
  declaration: Declaration
  options: OptionValues
  positionals: string[]
}

/** The command that `argv` calls, or null where it asked for help, which is printed. Throws 'usage'. */
export function parseCommandLine(argv: readonly string[]): Parsed | null {
  let parsed: Parsed | null = null
  const program = createProgram((declaration, command) => {
    parsed = { declaration, options: givenOptions(command), positionals: command.args }
  })
  refuseSwallowedOptions(program, argv)
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw usage(sentence(error, argv[0]))
  }
  return parsed
}

/** Every call makes a new one: commander keeps what it parsed. */
export function createProgram(act: (declaration: Declaration, command: Command) => void = () => undefined): Command {
  const program = new Command('headlight')
    .description('Dataset-level interpretability review of Vision Transformers.')
    .usage('COMMAND [options]')
    .helpOption('-h, --help', 'this help')
    .helpCommand('help [command]', 'the help of a command')
    .addHelpText('after', FOOTER)
    .configureHelp({ subcommandTerm: (command: Command) => command.name(), showGlobalOptions: false })
    .configureOutput({ writeOut: write, outputError: () => undefined, writeErr: () => undefined })
    .exitOverride()
  for (const { heading, commands } of declareCommands()) {
    program.commandsGroup(heading)
    for (const declaration of commands) addCommand(program, declaration, act)
  }
  return program
}

function addCommand(
  program: Command,
  declaration: Declaration,
  act: (declaration: Declaration, command: Command) => void,
): void {
  const command = program.command(declaration.name).description(declaration.summary)
  for (const argument of declaration.arguments ?? []) command.addArgument(argument)
  for (const option of [...declaration.options, json()]) command.addOption(option)
  command.configureHelp({ commandUsage: usageLine })
  if (command.options.some(({ long }) => long === '--filter')) command.addHelpText('after', FILTER)
  command.action(() => act(declaration, command))
}

/** Arguments and what has to be given first, as one types them. */
function usageLine(this: Help, command: Command): string {
  const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags)
  const given = command.registeredArguments.map(argumentInUsage)
  return ['headlight', command.name(), ...given, ...needed, '[options]'].join(' ')
}

function argumentInUsage(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

function write(text: string): void {
  process.stdout.write(text)
}

/** By their names without the dashes; only what was given. */
function givenOptions(command: Command): OptionValues {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
  return Object.fromEntries(given.map((option) => [nameOf(option), valueOf(option, command)]))
}

function nameOf(option: Option): string {
  return (option.long ?? '').slice(2)
}

/** commander keeps `--no-open` as `open: false`. */
function valueOf(option: Option, command: Command): string | boolean | string[] {
  const value = command.getOptionValue(option.attributeName()) as string | boolean | string[]
  return option.negate ? value === false : value
}

/** commander takes the next option for the value of one that lacks it: `--limit --list` would be a limit of "--list". */
function refuseSwallowedOptions(program: Command, [name, ...words]: readonly string[]): void {
  const command = program.commands.find((candidate) => candidate.name() === name)
  for (const [index, word] of words.entries()) {
    if (word === '--') return
    const option = command?.options.find(({ long }) => long === word)
    const next = words[index + 1]
    if (option?.required && next !== undefined && /^(--|-h$)/.test(next))
      throw usage(`${word} has no value before ${next}. Write ${word}=${next} where that is the value.`)
  }
}

function sentence(error: CommanderError, name: string | undefined): string {
  const [what = '', meant = ''] = error.message.replace(/^error: /, '').split('\n')
  const guess = meant === '' ? '' : ` ${meant.slice(1, -1)}`
  const missing = /^required option '(--[\w-]+)/.exec(what)?.[1]
  if (missing !== undefined) return `${missing} is missing.${helpOf(name)}`
  if (error.code === 'commander.unknownCommand')
    return `There is no command "${name}".${guess} "headlight --help" lists them.`
  return `${what[0]?.toUpperCase()}${what.slice(1).replace(/\.$/, '')}.${guess}${helpOf(name)}`
}

function helpOf(name: string | undefined): string {
  return ` "headlight ${name} --help" says what it takes.`
}
