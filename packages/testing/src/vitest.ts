import { subscribe, unsubscribe } from 'node:diagnostics_channel'
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

/** The messages that are published on a diagnostics channel from now until the end of the test. */
export function published<Message = unknown>(channel: string): Message[] {
  const messages: Message[] = []
  const listen = (message: unknown): void => {
    messages.push(message as Message)
  }
  subscribe(channel, listen)
  onTestFinished(() => {
    unsubscribe(channel, listen)
  })
  return messages
}
