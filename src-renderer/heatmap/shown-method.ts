/** Which of a run's methods a view shows. */
import { METHODS, type MethodId } from '@headlight/explain/methods'

/** The wanted method where the run computed it, its first one otherwise; null for a run without maps. */
export function shownMethod(wanted: MethodId, computed: readonly MethodId[]): MethodId | null {
  return computed.includes(wanted) ? wanted : (computed[0] ?? null)
}

/** The method after `current`, round and round. */
export function nextMethod(current: MethodId, computed: readonly MethodId[]): MethodId {
  return computed[(computed.indexOf(current) + 1) % computed.length] ?? current
}

export const methodName = (id: MethodId): string => METHODS[id].name
