/** The same chunks, one when the one before was taken. `onUntaken` is told when that does not happen for so many milliseconds. */
export async function* whileTaken(
  chunks: AsyncIterable<Buffer>,
  ms: number,
  onUntaken: () => void,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    const timer = setTimeout(onUntaken, ms)
    try {
      yield chunk
    } finally {
      clearTimeout(timer)
    }
  }
}
