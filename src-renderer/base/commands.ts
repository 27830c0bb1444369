/**
 * What a screen lets the user do by key or by name. A screen declares its commands once (`defineCommands`) and binds
 * them while it is shown (`useCommands`); the keys, the command palette and the list of shortcuts all read from here.
 */
import { getHotkeyHandler } from '@mantine/hooks'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { create } from 'zustand'
import { wasOverlaid } from './overlaid'

export interface CommandSpec {
  /** What it does, as the palette and the list of shortcuts write it. */
  name: string
  /** Any one of these, as `mod+K`, `Shift+?`, `ArrowLeft`; none for a command of the palette only. */
  keys?: readonly string[]
  /** Answered by the element that has the focus (a grid's arrow keys): listed, but not bound here. */
  local?: true
  /** Not offered in the palette: it would close what it acts on, or makes no sense without its key. */
  keyOnly?: true
  /** Also while a text field has the focus, or a dialog is open. */
  always?: true
}

export interface CommandSet<Specs extends Record<string, CommandSpec> = Record<string, CommandSpec>> {
  /** The screen that they belong to. */
  title: string
  commands: Specs
}

export function defineCommands<const Specs extends Record<string, CommandSpec>>(
  title: string,
  commands: Specs,
): CommandSet<Specs> {
  return { title, commands }
}

/** Is told which of its keys was pressed; from the palette, its first. */
type Handler = (key: string) => void

/** The commands of a set that are bound here: all but the local ones. */
type Bound<Specs> = { [Id in keyof Specs as Specs[Id] extends { local: true } ? never : Id]: Handler | null }

interface Registration {
  set: CommandSet
  /** Null where a command cannot be used now. */
  handlers: { current: Record<string, Handler | null> }
}

const useRegistrations = create<{ active: Registration[] }>(() => ({ active: [] }))

/** Binds the commands of a set while the calling component is shown; null switches one off. */
export function useCommands<Specs extends Record<string, CommandSpec>>(
  set: CommandSet<Specs>,
  handlers: Bound<Specs>,
): void {
  const latest = useRef<Registration['handlers']['current']>(handlers)
  useLayoutEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    const registration: Registration = { set, handlers: latest }
    useRegistrations.setState(({ active }) => ({ active: [...active, registration] }))
    return () => useRegistrations.setState(({ active }) => ({ active: active.filter((one) => one !== registration) }))
  }, [set])
}

export interface AvailableCommand {
  id: string
  title: string
  name: string
  keys: readonly string[]
  run(): void
}

/** What can be done now, newest registration first; a command that several parts bind is what its key does, the newest. */
export function availableCommands(): AvailableCommand[] {
  const listed = new Set<string>()
  return useRegistrations
    .getState()
    .active.toReversed()
    .flatMap(({ set, handlers }) =>
      Object.entries(set.commands).flatMap(([id, { name, keys = [], keyOnly }]) => {
        const run = handlers.current[id]
        const whole = `${set.title} ${id}`
        if (!run || keyOnly || listed.has(whole)) return []
        listed.add(whole)
        return [{ id: whole, title: set.title, name, keys, run: () => run(keys[0] ?? '') }]
      }),
    )
}

/** Answers keys with the bound commands; of several with the same key the one registered last. Used once, by the frame. */
export function useCommandKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const busy = wasOverlaid() || isTyping(event.target)
      for (const { set, handlers } of useRegistrations.getState().active.toReversed()) {
        for (const [id, { keys = [], always }] of Object.entries(set.commands)) {
          const run = handlers.current[id]
          if (!run || (busy && !always)) continue
          const key = keys.find((candidate) => matches(event, candidate))
          if (key !== undefined) {
            event.preventDefault()
            return run(key)
          }
        }
      }
    }
    document.documentElement.addEventListener('keydown', listen)
    return () => document.documentElement.removeEventListener('keydown', listen)
  }, [])
}

function matches(event: KeyboardEvent, key: string): boolean {
  let matched = false
  getHotkeyHandler([[key, () => (matched = true), { preventDefault: false }]])(event)
  return matched
}

/** Whether keys that go to this element are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

const isMac = navigator.platform.startsWith('Mac')

const SIGNS: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
  '[plus]': '+',
  pageup: 'Page ↑',
  pagedown: 'Page ↓',
}

/** The parts of a key as they stand on a keyboard: `mod+K` is Ctrl, K. A shifted sign, as `Shift+?`, is the sign alone. */
export function keyParts(key: string): string[] {
  const parts = key.split('+')
  const last = parts.at(-1) ?? ''
  const shown = /^([^a-z0-9]|\[plus\])$/i.test(last) ? parts.filter((part) => part.toLowerCase() !== 'shift') : parts
  return shown.map((part) => SIGNS[part.toLowerCase()] ?? (part.length === 1 ? part.toUpperCase() : part))
}
