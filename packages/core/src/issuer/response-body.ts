import type { RemoteDocumentCode, RemoteDocumentError } from '../refusal/remote-document-error.ts'

/** Bytes, after decompression. */
const MAX_DOCUMENT_SIZE = 1_048_576

/** Reads a body of limited size, until the signal aborts. */
export async function readBounded(
  response: Response,
  signal: AbortSignal,
  fail: (code: RemoteDocumentCode, message: string) => RemoteDocumentError,
): Promise<string> {
  const tooLarge = (): RemoteDocumentError =>
    fail('too_large', `the response is larger than ${MAX_DOCUMENT_SIZE} bytes`)
  if (Number(response.headers.get('content-length') ?? 0) > MAX_DOCUMENT_SIZE) throw tooLarge()
  if (response.body === null) return ''
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  // A custom fetch may ignore the signal; its connection must not stay open.
  const stop = (): void => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return new TextDecoder('utf-8').decode(Buffer.concat(chunks))
      size += value.byteLength
      if (size > MAX_DOCUMENT_SIZE) throw tooLarge()
      chunks.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Releases the connection without reading the body. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
