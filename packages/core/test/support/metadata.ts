import { type ScriptedAnswer, scriptedFetch } from '@okta-resource-server/testing'
import { fetchMetadata, type MetadataConfiguration } from '../../src/issuer/metadata.ts'
import { fetchOptions } from './http.ts'

export const ISSUER = 'https://as.example/oauth2/default'
export const JWKS_URI = 'https://as.example/oauth2/default/v1/keys'
export const OAUTH = '/.well-known/oauth-authorization-server'
export const OPENID = '/.well-known/openid-configuration'
export const FIRST = `${ISSUER}${OAUTH}`
export const SECOND = `${ISSUER}${OPENID}`
export const THIRD = `https://as.example${OAUTH}/oauth2/default`
export const FOURTH = `https://as.example${OPENID}/oauth2/default`
/** Where metadata is looked for, in this order. */
export const ALL = [FIRST, SECOND, THIRD, FOURTH]

/** What is configured of an issuer, by default without options about metadata. */
export const configured = (
  issuer: string,
  own: Partial<MetadataConfiguration> = {},
): MetadataConfiguration => ({
  issuer,
  isFixed: true,
  metadataUri: undefined,
  jwksHosts: undefined,
  ...own,
})
/** A response with metadata that is accepted, but for these members. */
export const metadata = (members: object = {}): Response =>
  Response.json({ issuer: ISSUER, jwks_uri: JWKS_URI, ...members })
export const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response('', { status: code, headers })

/** Fetches metadata from a script. */
export const fetchFrom = (
  answer: (url: string) => ScriptedAnswer,
  {
    issuer = ISSUER,
    allowInsecureHttp = false,
    known,
    ...own
  }: Partial<MetadataConfiguration> & { allowInsecureHttp?: boolean; known?: string | undefined } = {},
) => {
  const { fetch, requests } = scriptedFetch(answer)
  return {
    result: fetchMetadata(configured(issuer, own), fetchOptions(fetch, { allowInsecureHttp }), known),
    urls: () => requests.map(({ url }) => url),
  }
}
