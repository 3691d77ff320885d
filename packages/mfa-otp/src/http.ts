import { MfaOtpError, MfaOtpExchangeError } from './errors.ts'
import type { Configuration } from './options.ts'
import type { ParsedResponse } from './response.ts'
import type { Secrets } from './secrets.ts'

/** The state of one call to `fetchTokens`. */
export interface Call {
  readonly configuration: Configuration
  readonly secrets: Secrets
  /** Whether the call may still wait for a rate limit; it waits at most once. */
  mayWaitForRateLimit: boolean
}

/** The steps that send a request. */
export type RequestStep = 'discovery' | 'password' | 'mfa-otp'

const MAX_BYTES = 1024 * 1024

/**
 * Sends a request and reads the response. This is the only function that uses the network: it limits the duration and
 * the size of the response, and does not follow redirects.
 *
 * @throws {MfaOtpExchangeError} `timeout`, `unreachable`, `redirect_refused` or `response_too_large`.
 */
export async function request(
  call: Call,
  step: RequestStep,
  url: string,
  init: RequestInit,
): Promise<ParsedResponse> {
  const { fetch, timeout } = call.configuration
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(step, timeout)), timeout)
  })
  const perform = async (): Promise<ParsedResponse> => {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: controller.signal })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      throw redirected(step, response.status)
    }
    return {
      status: response.status,
      headers: response.headers,
      body: parse(await readText(response, step)),
    }
  }
  try {
    return await Promise.race([perform(), expiry])
  } catch (error) {
    throw error instanceof MfaOtpError ? error : unreachable(step, call.secrets.showError(error))
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}

/** Counts bytes after decompression, so that a small compressed body cannot expand without limit. */
async function readText(response: Response, step: RequestStep): Promise<string> {
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw tooLarge(step, response.status)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Drops the syntax error of `JSON.parse`, because its message contains a part of the text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function timedOut(step: RequestStep, timeout: number): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'timeout',
    step,
    summary: `The authorization server did not respond within ${timeout} ms (step ${step}).`,
    advice: 'Check that the issuer is reachable from this machine, or increase the timeout option.',
  })
}

function unreachable(step: RequestStep, cause: Error): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'unreachable',
    step,
    summary: `The authorization server could not be reached (step ${step}).`,
    advice:
      'Check the host of the issuer, the network, the proxy settings and the certificate. See the cause for details.',
    cause,
  })
}

function redirected(step: RequestStep, status: number): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'redirect_refused',
    step,
    status,
    summary: `The authorization server responded with a redirect (step ${step}, HTTP ${status}).`,
    advice: 'Use the final URL as the issuer: credentials are never sent to the target of a redirect.',
  })
}

function tooLarge(step: RequestStep, status: number): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'response_too_large',
    step,
    status,
    summary: `The response is larger than ${MAX_BYTES} bytes (step ${step}, HTTP ${status}).`,
    advice: 'Check that the issuer is an OAuth 2.0 authorization server.',
  })
}
