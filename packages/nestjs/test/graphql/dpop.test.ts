import { Query, Resolver } from '@nestjs/graphql'
import { describe, expect, it } from 'vitest'
import { Auth, RequireScopes, type VerifiedAccessToken } from '../../src/index.ts'
import { boundToken, dpopHeaders } from '../dpop.ts'
import { SERVERS, serve } from './servers.ts'

@Resolver()
class Queries {
  @Query(() => String)
  me(@Auth() auth: VerifiedAccessToken) {
    return auth.subject
  }

  @RequireScopes('messages:admin')
  @Query(() => String, { nullable: true })
  maybe() {
    return 'maybe'
  }
}

const PUBLIC = 'https://api.example.com'
const FORWARDED = { 'x-forwarded-host': 'api.example.com', 'x-forwarded-proto': 'https' }

describe.each(SERVERS.map((each) => [each.name, each] as const))(
  'DPoP in a resolver on %s',
  (_name, server) => {
    it('accepts a proof for all fields of a query, and for no other query', async () => {
      const url = `${await serve(server, { resolvers: [Queries] })}/graphql`
      const headers = {
        'content-type': 'application/json',
        ...dpopHeaders(url, boundToken(), { htm: 'POST' }),
      }
      const fields = Array.from({ length: 100 }, (_, index) => `a${index}: me`)
      const body = JSON.stringify({ query: `{ ${fields.join(' ')} maybe }` })
      const send = async () => (await fetch(url, { method: 'POST', headers, body })).json()
      const { data, errors } = (await send()) as { data: object; errors: object[] }
      expect(Object.values(data).filter((each) => each === 'someone@example.com')).toHaveLength(100)
      expect(errors).toMatchObject([{ extensions: { reason: 'insufficient_scope' } }])
      const { errors: others } = (await send()) as { errors: object[] }
      expect(others[0]).toMatchObject({ extensions: { reason: 'proof_replayed' } })
    })

    it('compares the proof with forwarded headers if the platform trusts the proxy, and only then', async () => {
      for (const trustProxy of [true, false]) {
        const url = `${await serve(server, { resolvers: [Queries], trustProxy })}/graphql`
        const send = async (htu: string, more: object = {}) => {
          const headers = {
            'content-type': 'application/json',
            ...dpopHeaders(htu, boundToken(), { htm: 'POST' }),
          }
          const body = JSON.stringify({ query: '{ me }' })
          return (await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body })).status
        }
        const statuses = [
          await send(`${PUBLIC}/graphql`, FORWARDED),
          await send(url, FORWARDED),
          await send(url),
          await send(`${PUBLIC}/graphql`),
        ]
        expect(statuses).toEqual(trustProxy ? [200, 401, 200, 401] : [401, 200, 200, 401])
      }
    })
  },
)
