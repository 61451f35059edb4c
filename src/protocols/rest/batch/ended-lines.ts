const newline = 0x0a

/** Joins lines, each with a line end. */
export function endedLines(lines: readonly Uint8Array[]): Buffer {
  const piece = Buffer.allocUnsafeSlow(lines.reduce((sum, { length }) => sum + length + 1, 0))
  let at = 0
  for (const line of lines) {
    piece.set(line, at)
    at += line.length
    piece[at++] = newline
  }
  return piece
}
