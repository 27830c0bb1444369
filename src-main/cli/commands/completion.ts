/**
 * Completion in the shell. tabtab (pnpm's) was chosen: its scripts for bash, zsh and fish fall back to the names of
 * files, which most of our options take; @bomb.sh/tab turns those off.
 */
import tabtab from '@pnpm/tabtab'
import { type CommandContext, EXIT } from '../command'
import { complete } from '../completion'
import { SHELLS } from '../declarations/choices'
import { createProgram } from '../program'
import { usage } from '../usage'

/** Prints the script that a shell reads. */
export async function execute({ positionals: [given = ''] }: CommandContext): Promise<number> {
  const shell = SHELLS.find((known) => known === given)
  if (!shell) throw usage(`completion takes ${SHELLS.join(', ')}; not "${given}".`)
  process.stdout.write(`${await tabtab.getCompletionScript({ name: 'headlight', completer: 'headlight', shell })}\n`)
  return EXIT.done
}

/** Answers the script: candidates for the word at the cursor, one a line. Never throws: a Tab key shows no errors. */
export function answerShell(env: NodeJS.ProcessEnv = process.env): number {
  const { partial } = tabtab.parseEnv(env)
  const candidates = complete(createProgram(), partial)
  const shell = SHELLS.find((known) => known === env.SHELL) ?? 'bash'
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  if (candidates !== 'files') tabtab.log(candidates, shell, print)
  // bash completes the names of files itself when it gets no candidates.
  else if (shell !== 'bash') print('__tabtab_complete_files__')
  return EXIT.done
}
