import type { Command } from './command'

const FOOTER = `
--json prints one JSON document on standard output and nothing else there.
Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 130 interrupted (and resumable).
"headlight COMMAND --help" tells more about a command.
`

const FILTER = `
Q is the gallery's filter language: boot (a word alone: in paths, labels and classes), label:skirt (as the dataset
writes it), class:Shirt (what that is matched with), split:train, correct:false, conf>0.9, head(7,2)>0.5, tag:clutter,
and meta.NAME:value or meta.NAME>3 for whatever else the dataset says of its samples. All terms have to hold.
`

export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Headlight: dataset-level interpretability review of Vision Transformers.\n\n${lines.join('\n')}\n${FOOTER}`
}

export function commandHelp(command: Command): string {
  const filter = command.usage.includes('--filter') ? FILTER : ''
  return `headlight ${command.name} ${command.usage}\n\n${command.summary}\n${filter}`
}
