import type { RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { serve as serveUntilClosed } from './serve.ts'

/**
 * Serves on a free port of the loopback interface until the current test ends.
 *
 * @returns The origin of the server, for example `http://127.0.0.1:49152`.
 */
export async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await serveUntilClosed(listener)
  onTestFinished(close)
  return url
}
