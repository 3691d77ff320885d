// Where a request can have a parameter, such as a token that does not belong there: its query and its form.
import { isObject } from '../options/checks.ts'
import { headerValues, type RequestLike, urlText } from './request.ts'

/** Whether a query string or form has a parameter; names may be percent-encoded. */
function hasParameter(text: string, name: string): boolean {
  return (text.includes(name) || text.includes('%')) && new URLSearchParams(text).has(name)
}

function hasMember(values: unknown, name: string): boolean {
  return isObject(values) && Object.keys(values).some((key) => hasParameter(key, name))
}

/** The pseudo-header with path and query, where the headers of an HTTP/2 stream are passed alone. */
const pathOfHttp2 = ({ headers }: RequestLike): unknown =>
  (headers as { ':path'?: unknown } | null)?.[':path']

/** Whether the query of the request has a parameter. */
export function isInQuery(request: RequestLike, name: string): boolean {
  const url = urlText(request.url ?? pathOfHttp2(request))
  // A URL that is not longer than the name cannot contain the parameter. Skipping the search saves a hit 4 %.
  const start = url !== undefined && url.length > name.length ? url.indexOf('?') : -1
  if (start >= 0 && hasParameter(((url as string).split('#', 1)[0] as string).slice(start), name)) return true
  return request.rawHeaders === undefined && isInEvent(request, name)
}

/** Whether the query of a serverless event has a parameter. */
function isInEvent(request: RequestLike, name: string): boolean {
  return (
    hasMember(request.queryStringParameters, name) ||
    hasMember(request.multiValueQueryStringParameters, name) ||
    (typeof request.rawQueryString === 'string' && hasParameter(request.rawQueryString, name)) ||
    (typeof request.querystring === 'string'
      ? hasParameter(request.querystring, name)
      : hasMember(request.querystring, name))
  )
}

/** Without a copy of the bytes. */
const latin1 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1')

const isForm = (type: unknown): boolean =>
  typeof type === 'string' && type.toLowerCase().startsWith('application/x-www-form-urlencoded')

/** Whether a form body has a parameter (RFC 6750, section 2.2). Serverless events have the body as text. */
export function isInForm(request: RequestLike, name: string): boolean {
  return Boolean(request.body) && isInBody(request, request.body, name)
}

function isInBody(request: RequestLike, body: unknown, name: string): boolean {
  if (!headerValues(request, 'content-type').some(isForm)) return false
  if (typeof body === 'string') {
    return hasParameter(request.isBase64Encoded === true ? latin1(Buffer.from(body, 'base64')) : body, name)
  }
  if (body instanceof Uint8Array) return hasParameter(latin1(body), name)
  if (!isObject(body)) return false
  // URLSearchParams, FormData and Map.
  if ('has' in body && typeof body.has === 'function') return body.has(name) === true
  return Object.hasOwn(body, name)
}
