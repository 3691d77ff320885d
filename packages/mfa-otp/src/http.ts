import type { Answer } from './answer.ts'
import { MfaOtpError, MfaOtpExchangeError } from './errors.ts'
import type { Configuration } from './options.ts'
import type { Secrets } from './secrets.ts'

/** One call of `fetchTokens`: what is configured, what must not be shown, and whether it may still wait for a rate limit. */
export interface Call {
  readonly configuration: Configuration
  readonly secrets: Secrets
  mayWaitForRateLimit: boolean
}

/** The steps that talk to the network. */
export type RequestStep = 'discovery' | 'password' | 'mfa-otp'

const MAX_BYTES = 1024 * 1024

/**
 * The only door to the network: bounds the time and the size of an answer, and follows no redirect.
 *
 * @throws {@link MfaOtpExchangeError} `timeout`, `unreachable`, `redirect_refused`, `answer_too_large`
 */
export async function request(
  call: Call,
  step: RequestStep,
  url: string,
  init: RequestInit,
): Promise<Answer> {
  const { fetch, timeout } = call.configuration
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(step, timeout)), timeout)
  })
  const perform = async (): Promise<Answer> => {
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

/** Counts bytes after decompression, so that a small answer cannot grow without limit. */
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

/** A syntax error of `JSON.parse` shows a piece of the text, so it goes no further. */
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
    summary: `The authorization server did not answer within ${timeout} ms (step ${step}).`,
    advice: 'Check that the issuer is reachable from here, or raise the option timeout.',
  })
}

function unreachable(step: RequestStep, cause: Error): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'unreachable',
    step,
    summary: `The authorization server could not be reached (step ${step}).`,
    advice: 'Check the host of the issuer, the network, a proxy and the certificate; the cause says more.',
    cause,
  })
}

function redirected(step: RequestStep, status: number): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'redirect_refused',
    step,
    status,
    summary: `The authorization server answered with a redirect (step ${step}, HTTP ${status}).`,
    advice: 'Use the final address as the issuer: credentials are never sent after a redirect.',
  })
}

function tooLarge(step: RequestStep, status: number): MfaOtpExchangeError {
  return new MfaOtpExchangeError({
    code: 'answer_too_large',
    step,
    status,
    summary: `The answer is larger than ${MAX_BYTES} bytes (step ${step}, HTTP ${status}).`,
    advice: 'Check that the issuer is an OAuth 2.0 authorization server.',
  })
}
