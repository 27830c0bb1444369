/** Typed arrays as SQLite blobs and back. Every platform that Headlight runs on is little-endian. */

export function toBlob(values: Float32Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

export function float32(blob: Buffer): Float32Array {
  return new Float32Array(aligned(blob))
}

export function int32(blob: Buffer): Int32Array {
  return new Int32Array(aligned(blob))
}

/** A copy of the bytes at offset 0: a Buffer may start anywhere in its pool. */
function aligned(blob: Buffer): ArrayBuffer {
  const copy = new ArrayBuffer(blob.byteLength)
  new Uint8Array(copy).set(blob)
  return copy
}
