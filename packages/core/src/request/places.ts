import { isInForm, isInQuery } from './parameters.ts'
import { headerValues, type RequestLike, rawHeadersOf, requestWithHeaders } from './request.ts'

/** Schemes whose names may be shown. If a client forgets the scheme, its position holds the token. */
const SCHEMES: readonly string[] = [
  'bearer',
  'dpop',
  'basic',
  'digest',
  'negotiate',
  'token',
  'jwt',
  'apikey',
]

function describe(value: unknown): string {
  const scheme = typeof value === 'string' ? (value.split(/[\s,]/, 1)[0] as string) : ''
  return SCHEMES.includes(scheme.toLowerCase()) ? scheme : 'a value without a known scheme'
}

/**
 * Where the credentials of a request were looked for, and what was there: names of schemes, but no credentials.
 *
 * @throws {TypeError} this is no request
 */
export function placesOfCredentials(wrapped: RequestLike): Readonly<Record<string, unknown>> {
  const request = requestWithHeaders(wrapped)
  const rawHeaders = rawHeadersOf(request) ?? []
  const names = rawHeaders.filter((_, index) => index % 2 === 0)
  const repeated = names.filter((name) => name.toLowerCase() === 'authorization').length
  const values = headerValues(request, 'authorization').map(describe)
  const list = repeated > values.length ? Array.from({ length: repeated }, () => values[0]) : values
  return {
    authorization: list.length === 0 ? 'none' : list.length === 1 ? list[0] : list,
    query: isInQuery(request, 'access_token') ? 'access_token' : 'no access_token',
    form: isInForm(request, 'access_token') ? 'access_token' : 'no access_token',
  }
}
