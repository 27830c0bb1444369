/** An object of methods, as it is seen from another process: every method gives a promise. */
export type Remote<Api> = {
  [Name in keyof Api as Api[Name] extends (...args: never[]) => unknown ? Name : never]: Api[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/** Turns `remote.name(...args)` into `call('name', args)`. */
export function remoteOf<Api>(call: (method: string, args: unknown[]) => Promise<unknown>): Remote<Api> {
  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>()
  return new Proxy(
    {},
    {
      get(_target, name) {
        // A thenable would be called by every `await` of the remote itself.
        if (typeof name !== 'string' || name === 'then') return undefined
        let method = methods.get(name)
        if (!method) methods.set(name, (method = (...args) => call(name, args)))
        return method
      },
    },
  ) as Remote<Api>
}

export interface Abortable {
  signal?: AbortSignal
}

/** The AbortSignal in the `signal` field of the last argument, if there is one. */
export function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  const last = args.at(-1)
  if (typeof last !== 'object' || last === null || !('signal' in last)) return undefined
  return last.signal instanceof AbortSignal ? last.signal : undefined
}

/** The arguments with the last one's `signal` replaced. */
export function withSignal(args: readonly unknown[], signal: AbortSignal | undefined): unknown[] {
  return [...args.slice(0, -1), { ...(args.at(-1) as object), signal }]
}
