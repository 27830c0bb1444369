/**
 * Frames as bytes: MessagePack with one extension type for typed arrays, so that bulk numbers are sent as they are in
 * memory. Little-endian, which every platform that Headlight runs on is. Shared by the web host and the window.
 */
import { ExtensionCodec, decode, encode } from '@msgpack/msgpack'
import { checkMessage, type MessageBounds } from './bounded-message'

/** MessagePack application type of a typed array: one byte that names the element type, then the elements. */
const TYPED_ARRAY = 1

/** The position of a type in this list is sent, so types may only be appended. Uint8Array is MessagePack's own binary type. */
const ELEMENT_TYPES = [
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const

const codec = new ExtensionCodec()
codec.register({ type: TYPED_ARRAY, encode: encodeTypedArray, decode: decodeTypedArray })

/** One message. Keys whose value is undefined are left out, as structured clone and zod's optional keys expect. */
export function encodeFrame(frame: object): Uint8Array<ArrayBuffer> {
  return encode(frame, { extensionCodec: codec, ignoreUndefined: true })
}

/**
 * Undoes {@link encodeFrame}. Throws on bytes that are not MessagePack, and, before anything is made of it, on a message
 * beyond `bounds`; the caller checks the message's content.
 */
export function decodeFrame(bytes: Uint8Array | ArrayBuffer, bounds?: MessageBounds): unknown {
  if (bounds !== undefined) checkMessage(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), bounds)
  return decode(bytes, { extensionCodec: codec })
}

function encodeTypedArray(value: unknown): Uint8Array | null {
  const element = ELEMENT_TYPES.findIndex((type) => value instanceof type)
  if (element < 0) return null
  const array = value as InstanceType<(typeof ELEMENT_TYPES)[number]>
  const bytes = new Uint8Array(1 + array.byteLength)
  bytes[0] = element
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 1)
  return bytes
}

/** Copies the elements into a buffer of their own: inside the message they lie at any offset, a view needs an aligned one. */
function decodeTypedArray(bytes: Uint8Array): unknown {
  // -1 for no bytes at all, which are refused below.
  const type = ELEMENT_TYPES[bytes[0] ?? -1]
  if (!type || (bytes.length - 1) % type.BYTES_PER_ELEMENT !== 0) throw new RangeError('Malformed typed array.')
  // Not bytes.slice(1): in Node the bytes may be a Buffer, whose slice shares its memory.
  return new type(new Uint8Array(bytes.subarray(1)).buffer)
}
