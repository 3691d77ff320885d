/** What a body is read from: a stream of Node.js or of Fetch. */
export type BodyStream = AsyncIterable<unknown>

/** @returns `undefined` if the body has more bytes than `max`; what is left of it is then not read */
export async function readBounded(stream: BodyStream, max: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    size += bytes.byteLength
    if (size > max) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** A body that a parser of the framework has read already; `undefined` if none has. */
export function parsedBody(body: unknown, isConsumed: boolean): Uint8Array | undefined {
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string') return Buffer.from(body)
  // express.json() leaves an empty object where it has not read anything.
  return isConsumed && body !== undefined ? Buffer.from(JSON.stringify(body)) : undefined
}
