/** Prompts as they are typed: a line each, the class's name, a comma, and the prompt, which may hold commas itself. */
import type { Prompt } from '@headlight/explain/report'

/** What prompts are called that were typed. */
export const TYPED_PROMPTS = 'typed prompts'

/** Blank lines are passed over. Throws nothing: a sentence says what is wrong, and where. */
export function readTypedPrompts(text: string): { prompts: Prompt[] } | { problem: string } {
  const prompts: Prompt[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const { name, prompt } = parts(line.trim())
    const at = `Line ${index + 1}`
    if (name === '') return { problem: `${at} has no name; write the class's name, a comma, and its prompt.` }
    if (prompt === null) return { problem: `${at} has no comma; write the class's name, a comma, and its prompt.` }
    if (prompt === '') return { problem: `${at} has no prompt behind '${name},'; write one, or take the line away.` }
    prompts.push({ name, prompt })
  }
  return prompts.length === 0 ? { problem: 'Write a prompt, one a line: name, prompt.' } : { prompts }
}

/** The lines that `readTypedPrompts` reads as these prompts; line ends within a prompt become blanks. */
export function writeTypedPrompts(prompts: readonly Prompt[]): string {
  return prompts
    .map(({ name, prompt }) => {
      const written = /[,"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
      return `${written}, ${prompt.replace(/\s*[\r\n]+\s*/g, ' ')}`
    })
    .join('\n')
}

/** The name ends at the first comma; one that holds commas stands in quotation marks. */
function parts(line: string): { name: string; prompt: string | null } {
  const quoted = /^"((?:[^"]|"")*)"\s*(,?)(.*)$/s.exec(line)
  if (quoted) {
    const [, name, comma, rest] = quoted
    return { name: name!.replaceAll('""', '"').trim(), prompt: comma === '' ? null : rest!.trim() }
  }
  const comma = line.indexOf(',')
  return comma < 0
    ? { name: line, prompt: null }
    : { name: line.slice(0, comma).trim(), prompt: line.slice(comma + 1).trim() }
}
