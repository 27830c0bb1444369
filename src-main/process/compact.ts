/** Called with every buffer that was made for the message, so that a thread may be given it instead of another copy. */
type OnMade = (buffer: ArrayBuffer) => void

/**
 * The same message with every typed array in a buffer of its own size. A structured clone of a view drags its whole
 * ArrayBuffer along, and Node delivers arrays as views of the received frame, which would keep the frame alive.
 * Buffers become Uint8Arrays, so that every carrier delivers the same types.
 */
export function compact(value: unknown, onMade?: OnMade): unknown {
  if (value === null || typeof value !== 'object') return value
  if (ArrayBuffer.isView(value)) return compactView(value, onMade)
  if (Array.isArray(value)) return value.map((inner) => compact(inner, onMade))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compact(inner, onMade)]))
}

function compactView(view: ArrayBufferView, onMade?: OnMade): ArrayBufferView {
  const whole = view.byteOffset === 0 && view.byteLength === view.buffer.byteLength
  if (whole && !Buffer.isBuffer(view)) return view
  const buffer = whole ? view.buffer : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)
  if (!whole && buffer instanceof ArrayBuffer) onMade?.(buffer)
  if (Buffer.isBuffer(view)) return new Uint8Array(buffer)
  return new (view.constructor as new (buffer: ArrayBufferLike) => ArrayBufferView)(buffer)
}
