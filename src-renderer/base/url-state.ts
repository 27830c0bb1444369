/**
 * State of a screen in the query of its address, typed: what a screen shows is a link, and Back works. A screen declares
 * its fields once (`urlState`) and reads and changes them with `useUrlState`.
 */
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

export interface Field<Value> {
  /** The parameter, where it is not the field's own name. */
  parameter?: string
  /** What a missing or malformed parameter means; it is not written. */
  defaultValue: Value
  /** Undefined for a text that is not such a value. */
  read(text: string): Value | undefined
  write(value: Value): string
  /** Whether a change is a step that Back takes back; others replace the entry of the history. */
  step?: (from: Value, to: Value) => boolean
}

export function text(defaultValue = ''): Field<string> {
  return { defaultValue, read: (written) => written, write: (value) => value }
}

export function choice<const Value extends string>(values: readonly Value[], defaultValue: Value): Field<Value> {
  return { defaultValue, read: (written) => values.find((value) => value === written), write: (value) => value }
}

/** A switch: written, as `written`, only when it differs from its default. */
export function flag(defaultValue: boolean, written: string): Field<boolean> {
  return { defaultValue, read: (found) => (found === written ? !defaultValue : undefined), write: () => written }
}

/** A whole number, clamped to its bounds. */
export function whole(defaultValue: number, minimum: number, maximum: number): Field<number> {
  const read = (written: string) => {
    const value = Number(written)
    return Number.isFinite(value) && written !== ''
      ? Math.min(maximum, Math.max(minimum, Math.round(value)))
      : undefined
  }
  return { defaultValue, read, write: String }
}

/** An id (a sample, a class), or null for none. */
export function optionalId(): Field<number | null> {
  return {
    defaultValue: null,
    read: (written) => (/^\d{1,10}$/.test(written) ? Number(written) : undefined),
    write: String,
  }
}

/** The same field under another parameter. */
export const named = <Value>(parameter: string, field: Field<Value>): Field<Value> => ({ ...field, parameter })

/** The same field, its changes taken back by Back. */
export const step = <Value>(field: Field<Value>): Field<Value> => ({ ...field, step: (from, to) => from !== to })

export type StateOf<Declared> = { [Name in keyof Declared]: Declared[Name] extends Field<infer Value> ? Value : never }

export interface UrlState<State> {
  /** The state of an address without a query. */
  defaults: State
  /** Reads a query; a missing or malformed parameter has its default. */
  parse(search: string): State
  /** The query of a state, `''` or `?...`, without defaults. */
  search(state: State): string
  /** Whether this change is a step of the history. */
  isStep(from: State, change: Partial<State>): boolean
}

export function urlState<
  Declared extends { [Name in keyof Declared]: Field<Declared[Name] extends Field<infer V> ? V : never> },
>(declared: Declared): UrlState<StateOf<Declared>> {
  type State = StateOf<Declared>
  const fields = Object.entries(declared as unknown as Record<string, Field<unknown>>)
  const defaults = Object.fromEntries(fields.map(([name, field]) => [name, field.defaultValue])) as State
  return {
    defaults,
    parse(search) {
      const parameters = new URLSearchParams(search)
      const read = ([name, field]: [string, Field<unknown>]) => {
        const written = parameters.get(field.parameter ?? name)
        return [name, (written === null ? undefined : field.read(written)) ?? field.defaultValue]
      }
      return Object.fromEntries(fields.map(read)) as State
    },
    search(state) {
      const parameters = new URLSearchParams()
      for (const [name, field] of fields) {
        const value = state[name as keyof State]
        if (value !== field.defaultValue) parameters.set(field.parameter ?? name, field.write(value))
      }
      const written = parameters.toString()
      return written && `?${written}`
    },
    isStep: (from, change) =>
      fields.some(([name, field]) => {
        const key = name as keyof State
        return key in change && field.step?.(from[key], change[key]) === true
      }),
  }
}

export type ChangeState<State> = (change: Partial<State>) => void

/**
 * Whether the window shows another path by now. A late change (a timer, a slider that settles) of a screen that is being
 * left must not bring it back.
 */
export function isLeft(path: string): boolean {
  return decodeURI(location.pathname) !== path
}

/**
 * The state of this address, and a way to change it: in place, or as a step that Back takes back. `to` is the path that
 * changes are written with, where the screen is ahead of its address.
 */
export function useUrlState<State>(declared: UrlState<State>, to?: string): [State, ChangeState<State>] {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const state = useMemo(() => declared.parse(search), [declared, search])
  const change = useCallback(
    (part: Partial<State>) => {
      if (isLeft(path)) return
      const from = declared.parse(location.search)
      navigate((to ?? path) + declared.search({ ...from, ...part }), { replace: !declared.isStep(from, part) })
    },
    [declared, path, to, navigate],
  )
  return [state, change]
}
