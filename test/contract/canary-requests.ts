import { base64url } from '@okta-resource-server/testing'
import { bearer } from './case.ts'
import type { Differences, Workshop } from './workshop.ts'

/** Is put into tokens and requests, and must not appear in any output. */
export const CANARY = 'canary7Kq'

const FORMS = [
  CANARY,
  base64url(CANARY),
  Buffer.from(CANARY).toString('base64'),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('hex'),
  [...CANARY].reverse().join(''),
]

/** The forms of the canary and the parts of these tokens that a text contains. */
export function tracesOf(text: string, tokens: Iterable<string>): string[] {
  const segments = [...tokens].flatMap((token) => token.split('.')).filter(({ length }) => length > 8)
  const parts = segments.flatMap((segment) => [segment.slice(0, 32), segment.slice(-32)])
  const lower = text.toLowerCase()
  return [...new Set([...FORMS, ...parts])].filter((part) => lower.includes(part.toLowerCase()))
}

/** What the proxy in front of the APIs adds to each request. */
export const PROXY = { header: 'x-proxy-secret', value: '6b1f0e5a9c3d4827b6a5f4e3d2c1b0a9' }

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
/** The client is published once the signature is verified, so it is not a canary. */
const claims = { jti: C, uid: C, [C]: C, nested: { [C]: [C] }, cid: '0oaOurs' }

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

const certificateBytes = Buffer.concat([Buffer.from([0x30]), Buffer.from(CANARY)])

/** A token that is bound to a certificate, and this header from the proxy. */
function withCertificate(
  name: string,
  value: string | undefined,
  thumbprint = 'a'.repeat(43),
): CanaryRequest {
  return {
    name,
    status: 401,
    request: (it) => {
      const { token = '', lines = [] } = sent(
        it.token({ header, claims: { ...claims, cnf: { 'x5t#S256': thumbprint } } }),
      )
      const added = value === undefined ? [] : ['Client-Cert', value]
      return { token, lines: [...lines, PROXY.header, PROXY.value, ...added] }
    },
  }
}

/** For each reason to refuse a token, one that is full of canaries. */
const TOKENS: readonly CanaryRequest[] = [
  withToken('a valid token', {}, 200),
  { ...withToken('a token whose scope is the canary', { claims: { scp: [C] } }, 403), path: '/messages' },
  {
    ...withToken('a token whose authentication level is the canary', { claims: { acr: C } }),
    path: '/stepped-up',
  },
  { ...withToken('a token whose claim is the canary', { claims: { tenant: C } }, 403), path: '/tenant' },
  withHeader('the crit of a token', { crit: [C] }),
  withHeader('the alg of a token', { alg: C }),
  withHeader('the kid of a token', { kid: C }),
  withHeader('the typ of a token', { typ: C }),
  withHeader('a token without kid', { kid: undefined }),
  withHeader('a token whose kid is a list', { kid: [C] }),
  withToken('a token with another algorithm', { key: 'rs256', header: { alg: 'PS256' } }),
  withToken('a token of an unpublished key', { key: 'stranger', header: { kid: 'es256' } }),
  withToken('a token of a key that is published with its private half', { key: 'private ec' }),
  withToken('a token of a key off the curve', { key: 'off the curve' }),
  withClaims('the issuer of a token', { iss: `https://${C}.example` }),
  withClaims('an issuer that is a list', { iss: [C] }),
  withClaims('a token without iss', { iss: undefined }),
  withClaims('the audience of a token', { aud: [C] }),
  withClaims('an audience that is an object', { aud: { [C]: C } }),
  withClaims('a token without aud', { aud: undefined }),
  withClaims('the expiry of a token', { exp: C }),
  withClaims('a token without exp', { exp: undefined }),
  withClaims('an expired token', { exp: 1 }),
  withClaims('a token that is not valid yet', { nbf: 9_999_999_999 }),
  withClaims('a token issued in the future', { iat: 9_999_999_999 }),
  withClaims('a token that is too old', { iat: 1 }),
  withClaims('the authorized party of another client', { cid: '0oaOther', azp: C }),
  withClaims('a bound token', { cnf: { jkt: C } }),
  withCertificate('a token bound to a certificate, without one', undefined, C.padEnd(43, C)),
  withCertificate('another certificate', `:${certificateBytes.toString('base64')}:`),
  withCertificate('a certificate that cannot be read', C),
  { ...withToken('a token that is not bound', {}), path: '/bound' },
  withClaims('a subject that is a list', { sub: [C] }),
  {
    name: 'a token whose issuer is unavailable',
    status: 503,
    request: (it, iss) => sent(it.token({ header: { ...header, kid: C }, claims: { ...claims, iss } })),
  },
  ...[`{"${C}":${C}}`, C, `"${C}"`, `{"a":1,"a":"${C}"}`].map((text) => ({
    name: `a payload that is not a valid claims set: ${text}`,
    status: 401,
    request: (it: Workshop) => sent(it.texts({ claims: () => text })),
  })),
]

/** Requests with the canary in other places than a token. */
const REQUESTS: readonly CanaryRequest[] = [
  ...(
    [
      ['a token with the scheme DPoP', `DPoP ${C}.${C}.${C}`, 401],
      ['a token of three segments', `Bearer ${C}.${C}.${C}`, 401],
      ['a token of five segments', `Bearer ${C}.${C}.${C}.${C}.${C}`, 401],
      ['a token that is too large', `Bearer ${C.repeat(2_000)}`, 401],
      ['two tokens in one header', `Bearer ${C} ${C}`, 400],
      ['a token in quotes', `Bearer "${C}"`, 400],
      ['a token with a character beyond ASCII', `Bearer ${C}\xe9`, 400],
      ['another scheme', `Basic ${C}`, 401],
      ['an unknown scheme', `${C} ${C}`, 401],
      ['Bearer credentials appended to another scheme', `Basic ${C}, Bearer ${C}`, 400],
    ] as const
  ).map(([name, value, status]) => ({
    name,
    status,
    request: () => ({ token: C, lines: ['Authorization', value] }),
  })),
  {
    name: 'two Authorization headers',
    status: 400,
    request: () => ({ lines: [...bearer(C), ...bearer(C)] }),
  },
  { name: 'a token in the query', status: 400, request: () => ({ query: `?access_token=${C}` }) },
  {
    name: 'a token in the query beside one in the header',
    status: 400,
    request: (it) => ({ ...sent(it.token({ claims, header })), query: `?access_token=${C}&${C}=${C}` }),
  },
  {
    name: 'headers that are not read',
    status: 401,
    request: () => ({
      lines: ['Cookie', C, 'X-Access-Token', C, 'DPoP', C, 'Proxy-Authorization', `Bearer ${C}`],
    }),
  },
]

export const CANARY_REQUESTS: readonly CanaryRequest[] = [...TOKENS, ...REQUESTS]
