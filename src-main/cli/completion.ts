/** What a shell offers at the Tab key, from the declarations of the commands. */
import type { Command, Option } from 'commander'
import { offeredValues } from './declarations/declare'

export interface Candidate {
  name: string
  description: string
}

/** Candidates for the last word of `line`, which the cursor follows; 'files' where a path is wanted. */
export function complete(program: Command, line: string): Candidate[] | 'files' {
  const [, name, ...words] = line.trimStart().split(/\s+/)
  const last = words.at(-1) ?? name ?? ''
  const command = words.length === 0 ? undefined : program.commands.find((candidate) => candidate.name() === name)
  if (words.length === 0) return starting(last, program.commands.map(commandCandidate))
  if (!command) return []
  const former = words.slice(0, -1)
  const valued = command.options.find(({ long, required }) => required && long === former.at(-1))
  if (valued) return isPath(valued) ? 'files' : starting(last, offeredValues(valued).map(word))
  if (last.startsWith('-')) {
    const open = command.options.filter(({ long, parseArg }) => parseArg || !former.includes(long ?? ''))
    return starting(last, open.map(optionCandidate))
  }
  const [argument] = command.registeredArguments
  if (argument?.argChoices) return starting(last, argument.argChoices.map(word))
  return argument ? 'files' : starting(last, command.options.map(optionCandidate))
}

const starting = (last: string, candidates: Candidate[]) => candidates.filter(({ name }) => name.startsWith(last))

const word = (name: string): Candidate => ({ name, description: '' })

const commandCandidate = (command: Command): Candidate => ({ name: command.name(), description: command.description() })

const optionCandidate = ({ long, description }: Option): Candidate => ({ name: long ?? '', description })

/** A placeholder such as <path>, <file>, <folder> or <M.onnx>. */
function isPath({ flags }: Option): boolean {
  return /<(?:path|file|folder|[\w]+\.\w+)>$/.test(flags)
}
