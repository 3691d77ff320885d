import type { AuthorizationServer } from '@okta-resource-server/authorization-server'
import { type Case, ISSUED } from '../contract/cases.ts'

/**
 * Cases whose exact answer holds for Okta's tokens only: without a `kid` tokens of other profiles are tried on the
 * keys, and the org authorization server's issuer is a foreign one only where issuers have a path.
 */
const OKTA_ONLY = ['no kid', "a token of Okta's org authorization server"]

/** Cases that this server cannot sign, or that only the profile of Okta refuses; they are left out here. */
const OKTA_ALONE = [
  'HS256 with the public key as secret',
  'an unsigned token',
  'a refresh-like token without scp',
]

export const okta: { readonly only: readonly Case[]; readonly without: readonly Case[] } = {
  only: ISSUED.filter(({ name }) => OKTA_ONLY.includes(name)),
  without: ISSUED.filter(({ name }) => !OKTA_ONLY.includes(name) && !OKTA_ALONE.includes(name)),
}

/** Cases that say something of RS256, or need a claim that not every server adds. */
const OF_OUR_SERVER = ["another algorithm than the key's", 'a claim that must be and is']

class AskedForAnotherToken extends Error {}

/** The cases that any server's valid token will do for: made of the token alone, on routes that ask little of it. */
export async function casesOfTheTokenAlone(): Promise<readonly Case[]> {
  const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.AAAA`
  const server = {
    issueToken: () => Promise.reject(new AskedForAnotherToken()),
  } as unknown as AuthorizationServer
  const found: Case[] = []
  for (const candidate of okta.without) {
    if (OF_OUR_SERVER.includes(candidate.name)) continue
    try {
      await candidate.lines(token, server)
      found.push(candidate)
    } catch (error) {
      if (!(error instanceof AskedForAnotherToken)) throw error
    }
  }
  return found
}
