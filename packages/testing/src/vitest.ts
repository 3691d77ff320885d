import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { RequestListener } from 'node:http'
import { onTestFinished, vi } from 'vitest'
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

/** A warning of this library. */
export interface RecordedWarning {
  readonly code: string
  readonly message: string
}

/**
 * The warnings of this library from now until the end of the test, as if it had reported nothing before.
 *
 * @param isWanted - by code; default: all
 */
export function recordWarnings(isWanted: (code: string) => boolean = () => true): RecordedWarning[] {
  const reported = Symbol.for('okta-resource-server.warnings')
  ;(globalThis as { [key: symbol]: Set<string> | undefined })[reported]?.clear()
  const warnings: RecordedWarning[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    const { type, code } = options as unknown as { type: string; code: string }
    if (type === 'OktaResourceServerWarning' && isWanted(code))
      warnings.push({ code, message: String(message) })
  })
  onTestFinished(() => spy.mockRestore())
  return warnings
}
