import { HeadlightError } from '@shared/errors'

/** An object of methods, and of such objects, as it is seen from another process: every method gives a promise. */
export type Remote<Api> = {
  [Name in keyof Api as Api[Name] extends object ? Name : never]: Api[Name] extends (
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : Remote<Api[Name]>
}

/** Turns `remote.part.name(...args)` into `call(['part', 'name'], args)`. */
export function remoteOf<Api>(call: (path: readonly string[], args: unknown[]) => Promise<unknown>): Remote<Api> {
  const member = (path: readonly string[]): unknown => {
    const members = new Map<string, unknown>()
    // A function, since only its caller knows whether it is a method or an object of methods.
    return new Proxy(() => undefined, {
      get(_target, name) {
        // A thenable would be called by every `await` of the remote itself.
        if (typeof name !== 'string' || name === 'then') return undefined
        if (!members.has(name)) members.set(name, member([...path, name]))
        return members.get(name)
      },
      apply: (_target, _this, args) => call(path, args),
    })
  }
  return member([]) as Remote<Api>
}

/** Calls the method of `api` at this path. Throws 'internal' where there is none. */
export async function callMethod(api: object, path: readonly string[], args: readonly unknown[]): Promise<unknown> {
  let owner: unknown
  let member: unknown = api
  for (const name of path) {
    owner = member
    // Members that every object and every function has are not methods of an api.
    member = isObject(owner) && !(name in Function.prototype) ? owner[name] : undefined
  }
  if (typeof member !== 'function') {
    throw new HeadlightError('internal', `There is no method '${path.join('.')}'.`)
  }
  // Not `member.apply`: a remote would take `apply` for one of its methods.
  return Reflect.apply(member, owner, args) as unknown
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
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
