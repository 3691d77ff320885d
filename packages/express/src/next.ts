import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuthorizationServerUnavailableError } from '@okta-resource-server/core'
import { attachRefusal } from '@okta-resource-server/core/adapter'
import onHeaders from 'on-headers'

/** The part of an application of Express that is used. */
interface Application {
  /** Only Express 4 has this method. */
  readonly lazyrouter?: unknown
  get(setting: string): unknown
}

const MAX_CAUSES = 5
const MAX_LENGTH = 500
const printed = new WeakSet<object>()

/** Codes and messages of an error and its causes in one line, without stacks. */
function lineOf(error: unknown): string {
  const parts: string[] = []
  let each = error
  while (each instanceof Error && parts.length < MAX_CAUSES) {
    const { name, code, message } = each as Error & { readonly code?: unknown }
    parts.push(`${name}${code === undefined ? '' : ` (${code})`}: ${message}`)
    each = each.cause
  }
  return parts
    .map((part) => part.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').slice(0, MAX_LENGTH))
    .join('; caused by ')
}

/**
 * Prints why keys are unavailable. Express 4 prints the stack of an error, which does not contain its cause; a stack with the
 * cause is no way out, since in development Express sends it to clients. Express 5 prints the cause itself.
 *
 * Each cause is printed once, not for every request that it affects.
 */
function printCause(req: IncomingMessage, error: AuthorizationServerUnavailableError): void {
  const { app } = req as { readonly app?: Application }
  const { cause } = error
  if (typeof app?.lazyrouter !== 'function' || app.get('env') === 'test') return
  if (typeof cause !== 'object' || cause === null || printed.has(cause)) return
  printed.add(cause)
  console.error(lineOf(error))
}

/** Passes an error to the error handlers. The headers of a refusal are sent whichever of them responds. */
export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
  error: unknown,
): void {
  attachRefusal(res, error, onHeaders)
  if (error instanceof AuthorizationServerUnavailableError) printCause(req, error)
  next(error)
}
