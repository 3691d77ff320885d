import { deflateSync } from 'node:zlib'
import {
  NOW,
  outcomeOf,
  type ScriptedAnswer,
  type SigningKey,
  scriptedFetch,
  signingKey,
  signSegments,
  signToken,
  verifierOptions,
} from '@okta-resource-server/testing'
import { onTestFinished } from 'vitest'
import { type AccessTokenVerifierOptions, createAccessTokenVerifier } from '../../src/index.ts'

export const HOST = 'status.example'
export const LIST = `https://${HOST}/lists/1`
export const TYPE = 'statuslist+jwt'
/** The lists of section 4.1 of the specification. */
export const ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
export const TWO_BITS = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
export const PUBLISHED = {
  1: { bits: 1, lst: base64url('78dadbb918000217015d') },
  2: { bits: 2, lst: base64url('78da3be9f2130003df0207') },
} as const

/** The member `status_list` with these bytes. */
export const packed = (bits: number, ...bytes: readonly number[]) => ({
  bits,
  lst: deflateSync(Buffer.from(bytes)).toString('base64url'),
})

export type Claims = Readonly<Record<string, unknown>>

/** A status list token; by default the list with one bit. */
export function listToken(claims: Claims = {}, header: Claims = {}, key: SigningKey = signingKey()): string {
  const { kid, algorithm: alg } = key
  const payload = { sub: LIST, iat: NOW, status_list: PUBLISHED[1], ...claims }
  return signSegments(JSON.stringify({ typ: TYPE, alg, kid, ...header }), JSON.stringify(payload), key)
}

export const listResponse = (text: string, type = `application/${TYPE}`): Response =>
  new Response(text, { headers: { 'content-type': type } })

/** An access token whose status is at this index of a list. */
export const tokenAt = (idx: unknown, uri: unknown = LIST, more: Claims = {}): string =>
  signToken({ claims: { status: { status_list: { idx, uri } }, ...more } })

/** A verifier that fetches lists, and the server that has them. */
export function lookingUp(options: Partial<AccessTokenVerifierOptions> = {}) {
  const server: { reply: (url: string) => ScriptedAnswer | Promise<ScriptedAnswer> } = {
    reply: () => listResponse(listToken()),
  }
  const { fetch, requests } = scriptedFetch((url) => server.reply(url))
  const verifier = createAccessTokenVerifier({
    ...verifierOptions(),
    statusListHosts: HOST,
    fetch,
    ...options,
  })
  onTestFinished(() => verifier.close())
  return { verifier, server, requests, outcome: (token: string) => outcomeOf(verifier.verify(token)) }
}
