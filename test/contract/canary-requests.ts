import { base64url } from '../specification/signed-tokens.ts'
import { bearer } from './case.ts'
import type { Differences, Workshop } from './workshop.ts'

/** Stands in tokens and requests; must not come out again. */
export const CANARY = 'canary7Kq'

const FORMS = [
  CANARY,
  base64url(CANARY),
  Buffer.from(CANARY).toString('base64'),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('hex'),
  [...CANARY].reverse().join(''),
]

/** What of the canary, in whatever form, and of these tokens stands in the text. */
export function tracesOf(text: string, tokens: Iterable<string>): string[] {
  const segments = [...tokens].flatMap((token) => token.split('.')).filter(({ length }) => length > 8)
  const parts = segments.flatMap((segment) => [segment.slice(0, 32), segment.slice(-32)])
  const lower = text.toLowerCase()
  return [...new Set([...FORMS, ...parts])].filter((part) => lower.includes(part.toLowerCase()))
}

interface Sent {
  readonly token?: string
  readonly lines?: readonly string[]
  readonly query?: string
}

export interface CanaryRequest {
  readonly name: string
  readonly path?: string
  readonly status: number
  readonly request: (workshop: Workshop, deadIssuer: string) => Sent
}

const sent = (token: string): Sent => ({ token, lines: bearer(token) })
const C = CANARY
const header = { [C]: C, jku: `https://${C}.example` }
const claims = { jti: C, uid: C, [C]: C, nested: { [C]: [C] }, cid: C }

function withToken(name: string, differs: Differences, status = 401): CanaryRequest {
  return {
    name,
    status,
    request: (it) =>
      sent(
        it.token({
          ...differs,
          header: { ...header, ...differs.header },
          claims: { ...claims, ...differs.claims },
        }),
      ),
  }
}

const withClaims = (name: string, own: object): CanaryRequest =>
  withToken(name, { claims: own as Record<string, unknown> })
const withHeader = (name: string, own: object): CanaryRequest =>
  withToken(name, { header: own as Record<string, unknown> })

/** For each reason to refuse a token, one that is full of canaries. */
const TOKENS: readonly CanaryRequest[] = [
  withToken('a token that is accepted', {}, 200),
  { ...withToken('a token whose scope is the canary', { claims: { scp: [C] } }, 403), path: '/messages' },
  { ...withToken('a token whose claim is the canary', { claims: { tenant: C } }, 403), path: '/tenant' },
  withHeader('crit', { crit: [C] }),
  withHeader('alg', { alg: C }),
  withHeader('kid', { kid: C }),
  withHeader('typ', { typ: C }),
  withHeader('a token without kid', { kid: undefined }),
  withHeader('a token with a kid that is a list', { kid: [C] }),
  withToken('a token by another algorithm', { key: 'rs256', header: { alg: 'PS256' } }),
  withToken("a stranger's token", { key: 'stranger', header: { kid: 'es256' } }),
  withToken('a token by a private key', { key: 'private ec' }),
  withToken('a token by a key off the curve', { key: 'off the curve' }),
  withClaims('iss', { iss: `https://${C}.example` }),
  withClaims('iss that is a list', { iss: [C] }),
  withClaims('a token without iss', { iss: undefined }),
  withClaims('aud', { aud: [C] }),
  withClaims('aud that is an object', { aud: { [C]: C } }),
  withClaims('a token without aud', { aud: undefined }),
  withClaims('exp', { exp: C }),
  withClaims('a token without exp', { exp: undefined }),
  withClaims('a token that has expired', { exp: 1 }),
  withClaims('a token that is not yet valid', { nbf: 9_999_999_999 }),
  withClaims('a token of the future', { iat: 9_999_999_999 }),
  withClaims('a token too old', { iat: 1 }),
  withClaims('cid', { cid: `${C}${C}` }),
  withClaims('cnf', { cnf: { jkt: C } }),
  withClaims('sub that is a list', { sub: [C] }),
  {
    name: 'a token whose keys are out of reach',
    status: 503,
    request: (it, iss) => sent(it.token({ header: { ...header, kid: C }, claims: { ...claims, iss } })),
  },
  ...[`{"${C}":${C}}`, C, `"${C}"`, `{"a":1,"a":"${C}"}`].map((text) => ({
    name: `a payload that no parser takes: ${text}`,
    status: 401,
    request: (it: Workshop) => sent(it.texts({ claims: () => text })),
  })),
]

/** Requests that carry the canary elsewhere than in a token. */
const REQUESTS: readonly CanaryRequest[] = [
  ...(
    [
      ['a token of three words', `Bearer ${C}.${C}.${C}`, 401],
      ['a token of five words', `Bearer ${C}.${C}.${C}.${C}.${C}`, 401],
      ['a token too large', `Bearer ${C.repeat(2_000)}`, 401],
      ['two words', `Bearer ${C} ${C}`, 400],
      ['quotes', `Bearer "${C}"`, 400],
      ['letters beyond ASCII', `Bearer ${C}\xe9`, 400],
      ['another scheme', `Basic ${C}`, 401],
      ['a scheme of its own', `${C} ${C}`, 401],
      ['a Bearer behind another scheme', `Basic ${C}, Bearer ${C}`, 400],
    ] as const
  ).map(([name, value, status]) => ({
    name,
    status,
    request: () => ({ token: C, lines: ['Authorization', value] }),
  })),
  { name: 'two headers', status: 400, request: () => ({ lines: [...bearer(C), ...bearer(C)] }) },
  { name: 'the query', status: 400, request: () => ({ query: `?access_token=${C}` }) },
  {
    name: 'header and query',
    status: 400,
    request: (it) => ({ ...sent(it.token({ claims, header })), query: `?access_token=${C}&${C}=${C}` }),
  },
  {
    name: 'headers that nobody asks for',
    status: 401,
    request: () => ({
      lines: ['Cookie', C, 'X-Access-Token', C, 'DPoP', C, 'Proxy-Authorization', `Bearer ${C}`],
    }),
  },
]

export const CANARY_REQUESTS: readonly CanaryRequest[] = [...TOKENS, ...REQUESTS]
