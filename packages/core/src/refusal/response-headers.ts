import { ResourceServerError } from './resource-server-error.ts'

/** The part of a response of Node.js that is used. */
interface ResponseLike {
  readonly statusCode: number
  hasHeader(name: string): boolean
  setHeader(name: string, value: string): unknown
}

/** Calls back just before a response sends its headers, as the package on-headers does. */
export type OnHeaders = (response: never, listener: () => void) => void

/** The last refusal of the request that a response belongs to. */
const refusals = new WeakMap<object, ResourceServerError | undefined>()

/** Adds the headers that are missing. A response with another status is not about the refusal. */
function addHeaders(response: ResponseLike): void {
  const refusal = refusals.get(response)
  if (refusal === undefined || refusal.status !== response.statusCode) return
  for (const [name, value] of Object.entries(refusal.headers)) {
    if (!response.hasHeader(name)) response.setHeader(name, value)
  }
}

/**
 * Sends the headers of a refusal with the response, whatever error handler creates it.
 *
 * They are sent only if the response has the status of the refusal, and no header is replaced. Does nothing for errors that
 * are no refusal, and for objects that are no response of Node.js.
 */
export function attachRefusal(response: object, error: unknown, onHeaders: OnHeaders): void {
  if (!(error instanceof ResourceServerError)) return
  if (typeof (response as { writeHead?: unknown } | null | undefined)?.writeHead !== 'function') return
  const isFirst = !refusals.has(response)
  refusals.set(response, error)
  if (isFirst) onHeaders(response as never, () => addHeaders(response as ResponseLike))
}

/** Forgets the refusal of a request that was accepted later, by another verifier or guard. */
export function detachRefusal(response: object): void {
  if (refusals.has(response)) refusals.set(response, undefined)
}
