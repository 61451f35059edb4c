// A slab of bytes. Allocating a buffer costs more than filling it, so answers (17 KB with
// everything in them) share one.
const slabBytes = 64 * 1024

let slab = Buffer.alloc(0)
let end = 0

/**
 * Encodes a text as UTF-8. INVARIANT: its part of the slab is never written to again
 * (test/rendering/determination-bytes.test.ts).
 */
export function utf8(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  if (bytes > slabBytes / 2) return Buffer.from(text)
  if (end + bytes > slab.length) [slab, end] = [Buffer.allocUnsafeSlow(slabBytes), 0]
  const begin = end
  end += slab.write(text, begin)
  return slab.subarray(begin, end)
}
