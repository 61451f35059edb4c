// To make a buffer costs more than to fill it, so answers, 17 KB with everything in them, stand side by side in one.
const slabBytes = 64 * 1024

let slab = Buffer.alloc(0)
let end = 0

/** A text as UTF-8, in a part of a buffer that is never written to again. */
export function utf8(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  if (bytes > slabBytes / 2) return Buffer.from(text)
  if (end + bytes > slab.length) [slab, end] = [Buffer.allocUnsafeSlow(slabBytes), 0]
  const begin = end
  end += slab.write(text, begin)
  return slab.subarray(begin, end)
}
