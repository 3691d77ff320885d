import { ApolloDriver } from '@nestjs/apollo'
import type { Type } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { MercuriusDriver } from '@nestjs/mercurius'
import { bearer } from '@okta-resource-server/testing'
import type { OktaAuthOptions } from '../../src/index.ts'
import { createApp, type Log, listen, type Platform } from '../apps.ts'

/** A GraphQL server of Nest, on a platform. */
export interface GraphqlServer {
  readonly name: string
  readonly platform: Platform
  readonly driver: Type
  /** Options with which the server responds with the status of an error. */
  readonly options: Readonly<Record<string, unknown>>
}

const apollo = {
  driver: ApolloDriver as Type,
  options: { preserveHttpStatusForExecutionErrors: false, playground: false },
}

export const SERVERS: readonly GraphqlServer[] = [
  { ...apollo, name: 'Apollo on Express', platform: 'Express' },
  { ...apollo, name: 'Apollo on Fastify', platform: 'Fastify' },
  { name: 'Mercurius', platform: 'Fastify', driver: MercuriusDriver as Type, options: {} },
]

export interface Settings {
  readonly resolvers: readonly Type[]
  readonly graphql?: Readonly<Record<string, unknown>>
  readonly auth?: OktaAuthOptions
  readonly log?: Log
  readonly trustProxy?: boolean
}

/** Starts an application with resolvers, and returns its address. */
export async function serve(
  server: GraphqlServer,
  { resolvers, graphql, auth, log, trustProxy = false }: Settings,
): Promise<string> {
  const module = GraphQLModule.forRoot({
    driver: server.driver as never,
    autoSchemaFile: true,
    ...server.options,
    ...graphql,
  })
  const parts = { imports: [module], providers: [...resolvers] }
  return listen(await createApp(parts, auth, { platform: server.platform, trustProxy, ...(log && { log }) }))
}

export interface Answer {
  readonly status: number
  readonly challenge: string | null
  readonly retryAfter: string | null
  readonly text: string
  readonly data: Readonly<Record<string, unknown>> | null | undefined
  readonly errors: readonly {
    readonly message: string
    readonly extensions?: Readonly<Record<string, unknown>>
  }[]
}

/** Sends a query, with a token if there is one. */
export async function query(url: string, text: string, token?: string): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && bearer(token)) },
    body: JSON.stringify({ query: text }),
  })
  const body = await response.text()
  const { data, errors = [] } = JSON.parse(body)
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
    text: body,
    data,
    errors,
  }
}
