/** What a command is declared with: usage, help, checks and completion are made of it by commander. */
import { Argument, Option } from 'commander'
import type { Execute } from '../command'

export interface Declaration {
  name: string
  /** One line for the list of commands. */
  summary: string
  arguments?: readonly Argument[]
  options: readonly Option[]
  /** The implementation is loaded when the command is called, so that printing help loads no libraries. */
  load(): Promise<{ execute: Execute }>
}

/** `--name <value>`. The choices are shown and completed; the command checks them. */
export function valued(name: string, value: string, about: string, choices: readonly string[] = []): Option {
  const option = new Option(`--${name} <${value}>`, about)
  if (choices.length > 0) option.argChoices = [...choices]
  return option
}

const suggestions = new WeakMap<Option, readonly string[]>()

/** An option whose values cannot all be listed: these are offered at the Tab key, and others are taken as well. */
export function suggesting(option: Option, words: readonly string[]): Option {
  suggestions.set(option, words)
  return option
}

/** What is offered for the value of an option at the Tab key. */
export const offeredValues = (option: Option): readonly string[] => option.argChoices ?? suggestions.get(option) ?? []

/** A value that the command cannot do without. */
export function needed(option: Option): Option {
  return option.makeOptionMandatory()
}

/** An option that may be given several times. */
export function repeated(option: Option): Option {
  option.description += ' (may be given several times)'
  return option.argParser((value: string, former: string[] | undefined) => [...(former ?? []), value])
}

/** `--name` without a value. */
export function flag(name: string, about: string): Option {
  return new Option(`--${name}`, about)
}

/** `<name>`, `[name]`, `<name...>` or `[name...]`. */
export function argument(name: string, about: string): Argument {
  return new Argument(name, about)
}
