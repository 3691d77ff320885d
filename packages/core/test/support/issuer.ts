import {
  AUDIENCE,
  ISSUER,
  keySet,
  NOW,
  outcomeOf,
  type ScriptedAnswer,
  type SigningKey,
  scriptedFetch,
  signToken,
} from '@okta-resource-server/testing'
import { onTestFinished } from 'vitest'
import {
  type AccessTokenVerifierOptions,
  createAccessTokenVerifier,
  type IssuerStatus,
} from '../../src/index.ts'
import { RefreshLog } from './refreshes.ts'

export const JWKS_URI = `${ISSUER}/v1/keys`
export const METADATA_URL = `${ISSUER}/.well-known/oauth-authorization-server`

/** The header of a token of profile rfc9068 without kid. */
export const WITHOUT_KID = { typ: 'at+jwt', kid: undefined }

/** Seconds. Tokens are valid for so long that no step of the clock makes them invalid. */
const YEAR = 31_536_000

type Header = Readonly<Record<string, unknown>>

/** What the authorization server answers. */
export type Answer = (url: string) => ScriptedAnswer | Promise<ScriptedAnswer>

export const down: Answer = () => new Error('down')
export const publishes =
  (...keys: readonly SigningKey[]): Answer =>
  () =>
    Response.json(keySet(...keys))

/** A verifier and the authorization server that it fetches its keys from. */
export function createSetting(
  answer: Answer,
  options: {
    readonly [Name in keyof AccessTokenVerifierOptions]?: AccessTokenVerifierOptions[Name] | undefined
  } = {},
) {
  const server = { answer }
  const { fetch, requests } = scriptedFetch((url) => server.answer(url))
  const verifier = createAccessTokenVerifier({
    ...{ issuer: ISSUER, audience: AUDIENCE, jwksUri: JWKS_URI, fetch },
    ...(options as Partial<AccessTokenVerifierOptions>),
  })
  onTestFinished(() => verifier.close())
  const refreshes = new RefreshLog()
  const verify = (key: SigningKey, header: Header = {}) =>
    verifier.verify(signToken({ key, header, claims: { iat: NOW - YEAR, exp: NOW + YEAR } }))
  return {
    server,
    requests,
    urls: () => requests.map(({ url }) => url),
    verifier,
    verify,
    outcome: (key: SigningKey, header?: Header) => outcomeOf(verify(key, header)),
    status: () => verifier.status().issuers[0] as IssuerStatus,
    refreshes,
  }
}
export type Setting = ReturnType<typeof createSetting>

/** A setting with keys known. */
export async function createWarmSetting(...parameters: Parameters<typeof createSetting>): Promise<Setting> {
  const setting = createSetting(...parameters)
  await setting.verifier.ready()
  setting.refreshes.clear()
  return setting
}
