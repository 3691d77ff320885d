import { Field, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql'
import { scriptedFetch, signToken, verifierOptions } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { Auth, Public, RequireAuth, RequireScopes, type VerifiedAccessToken } from '../../src/index.ts'
import { failure, Log, token } from '../apps.ts'
import { type GraphqlServer, query, SERVERS, serve } from './servers.ts'

@Resolver()
class Messages {
  @Query(() => String)
  me(@Auth() auth: VerifiedAccessToken) {
    return auth.subject
  }

  @RequireScopes('messages:admin')
  @Query(() => String)
  admin() {
    return 'admin'
  }

  @RequireScopes('messages:admin')
  @Query(() => String, { nullable: true })
  maybe() {
    return 'maybe'
  }

  @RequireAuth({ authentication: { acrValues: ['phr'] } })
  @Query(() => String, { nullable: true })
  fresh() {
    return 'fresh'
  }

  @Public()
  @Query(() => String, { nullable: true })
  open(@Auth() auth: VerifiedAccessToken | undefined) {
    return auth?.subject
  }

  @RequireAuth({ credentials: 'optional' })
  @Query(() => String, { nullable: true })
  optional(@Auth() auth: VerifiedAccessToken | undefined) {
    return auth?.subject
  }
}

const resolvers = [Messages]

describe.each(SERVERS.map((each) => [each.name, each] as const))('a resolver on %s', (_name, server) => {
  it('passes the verified token of the HTTP request to the parameter with @Auth()', async () => {
    const url = await serve(server, { resolvers })
    const { status, data, challenge } = await query(url, '{ me open optional }', token)
    expect([status, data?.me, challenge]).toEqual([200, 'someone@example.com', null])
    const anonymous = await query(url, '{ open optional }')
    expect([anonymous.status, anonymous.data]).toEqual([200, { open: null, optional: null }])
  })

  it('is refused with status and challenge, and without an ERROR in the log', async () => {
    const log = new Log()
    const url = await serve(server, { resolvers, log })
    const missing = await query(url, '{ me }')
    expect([missing.status, missing.challenge]).toEqual([401, 'Bearer realm="api"'])
    expect(missing.errors).toMatchObject([
      {
        message: 'The request has no access token',
        extensions: { code: 'UNAUTHENTICATED', reason: 'missing_token' },
      },
    ])
    const expired = await query(url, '{ me }', signToken({ claims: { exp: 1 } }))
    expect(expired.status).toBe(401)
    expect(expired.challenge).toContain('error="invalid_token"')
    const lacking = await query(url, '{ admin }', token)
    expect(lacking.status).toBe(403)
    expect(lacking.challenge).toContain('scope="messages:admin"')
    expect(lacking.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', reason: 'insufficient_scope' } },
    ])
    for (const { text } of [missing, expired, lacking])
      expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules/)
    expect(log.lines).toEqual([])
  })

  it('is answered with 503 and Retry-After while the keys are unavailable', async () => {
    const { fetch } = scriptedFetch(() => new Error('no network'))
    const { jwks, ...options } = verifierOptions()
    const url = await serve(server, { resolvers, auth: { ...options, fetch } })
    const { status, challenge, retryAfter } = await query(url, '{ me }', token)
    expect([status, challenge]).toEqual([503, null])
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(1)
  })

  it('is refused alone: the other fields of the query are answered', async () => {
    const url = await serve(server, { resolvers })
    const { data, errors, status, challenge } = await query(url, '{ maybe me }', token)
    expect(data).toEqual({ maybe: null, me: 'someone@example.com' })
    expect(errors).toHaveLength(1)
    // Apollo responds with the status of the error, Mercurius with 200.
    expect(challenge === null).toBe(status === 200)
  })

  it('has a challenge that fits the status if fields are refused with different ones', async () => {
    const url = await serve(server, { resolvers })
    for (const fields of ['maybe fresh', 'fresh maybe', 'fresh maybe fresh2: fresh']) {
      const { errors, status, challenge } = await query(url, `{ ${fields} }`, token)
      expect(errors.length).toBeGreaterThan(1)
      const error = { 200: undefined, 401: 'insufficient_user_authentication', 403: 'insufficient_scope' }
      expect(challenge?.match(/error="(\w+)"/)?.[1]).toBe(error[status as 200 | 401 | 403])
    }
  })

  it('survives a query with a thousand refused fields', async () => {
    const url = await serve(server, { resolvers })
    const fields = Array.from({ length: 1_000 }, (_, index) => `a${index}: maybe`)
    const { errors, data } = await query(url, `{ ${fields.join(' ')} }`, token)
    expect(errors).toHaveLength(1_000)
    expect(data?.a999).toBeNull()
  })

  it('sees the request of Fastify or Express where the context is a function', async () => {
    const url = await serve(server, { resolvers, graphql: { context: () => ({ own: true }) } })
    expect((await query(url, '{ me }', token)).data).toEqual({ me: 'someone@example.com' })
    expect((await query(url, '{ me }')).status).toBe(401)
  })

  it('does not read a token from an object that the context shows as the request', async () => {
    const context = () => ({ req: { headers: { authorization: `Bearer ${token}` }, rawHeaders: [] } })
    const url = await serve(server, { resolvers, graphql: { context } })
    const { errors, data } = await query(url, '{ optional me }')
    expect(errors.at(-1)).toMatchObject({ extensions: { reason: 'missing_token' } })
    expect(data?.optional ?? null).toBeNull()
  })

  it('stops the start if all requests would share one context', async () => {
    const message = await failure(serve(server, { resolvers, graphql: { context: { shared: true } } }))
    expect(message).toContain('make it a function: context: () =>')
  })
})

it('a refusal has the status 200 by default on Apollo, without a challenge', async () => {
  const url = await serve(SERVERS[0] as GraphqlServer, {
    resolvers,
    graphql: { preserveHttpStatusForExecutionErrors: true },
  })
  const { status, challenge, errors } = await query(url, '{ me }')
  expect([status, challenge]).toEqual([200, null])
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', reason: 'missing_token' } }])
})

@ObjectType()
class Thing {
  @Field(() => String)
  name = 'thing'
}

@Public()
@Resolver(() => Thing)
class Things {
  @Query(() => Thing)
  thing() {
    return new Thing()
  }

  @RequireScopes('messages:admin')
  @ResolveField(() => String)
  secret() {
    return 'secret'
  }
}

/** Nest calls what a resolver inherits, too. */
@Resolver(() => Thing)
class InheritedThings extends Things {}

describe.each(SERVERS.map((each) => [each.name, each] as const))(
  'a field resolver on %s',
  (_name, server) => {
    it('with requirements stops the start unless Nest calls guards for it', async () => {
      for (const resolver of [Things, InheritedThings]) {
        const message = await failure(serve(server, { resolvers: [resolver] }))
        expect(message).toContain(
          `${resolver.name}.secret has requirements, but Nest calls no guards for field resolvers`,
        )
      }
    })

    it('is checked where Nest calls guards for it', async () => {
      const url = await serve(server, {
        resolvers: [Things],
        graphql: { fieldResolverEnhancers: ['guards'] },
      })
      const refused = await query(url, '{ thing { name secret } }')
      expect(refused.errors).toMatchObject([{ extensions: { reason: 'missing_token' } }])
      expect((await query(url, '{ thing { name } }')).data).toEqual({ thing: { name: 'thing' } })
      const admin = signToken({ claims: { scp: ['messages:admin'] } })
      expect((await query(url, '{ thing { secret } }', admin)).data).toEqual({ thing: { secret: 'secret' } })
    })
  },
)
