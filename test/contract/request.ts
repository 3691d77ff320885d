import type { RequestLike } from '@okta-resource-server/core'
import { PARSED } from './adapter.ts'
import type { CaseDetails, HeaderLines } from './case.ts'

/** What Node keeps the first of, where a header is sent more than once. */
const FIRST_ONLY = new Set(['authorization', 'content-type', 'host', 'proxy-authorization'])

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\t'

/** A field value without the white space around it (RFC 9110 section 5.5), in linear time. */
function trimmed(value: string): string {
  let [start, end] = [0, value.length]
  while (start < end && isSpace(value[start])) start++
  while (end > start && isSpace(value[end - 1])) end--
  return value.slice(start, end)
}

/** Header lines as `IncomingMessage` shows them in `headers`. */
function headersOf(lines: HeaderLines): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index < lines.length; index += 2) {
    const name = (lines[index] as string).toLowerCase()
    const value = trimmed(lines[index + 1] as string)
    const before = headers[name]
    if (before === undefined) headers[name] = value
    else if (!FIRST_ONLY.has(name)) headers[name] = `${before}, ${value}`
  }
  return headers
}

/** The request of a case, in the form in which Node and the frameworks hand it to core. */
export function requestOf(
  { route = '/any', query = '', method, form }: CaseDetails,
  lines: HeaderLines,
): RequestLike & { readonly method: string } {
  const isParsed = form !== undefined && PARSED.includes(route)
  return {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    url: route + query,
    headers: headersOf(lines),
    rawHeaders: lines,
    ...(isParsed && { body: Object.fromEntries(new URLSearchParams(form)) }),
  }
}
