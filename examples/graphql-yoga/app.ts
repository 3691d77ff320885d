// A GraphQL Yoga API protected with access tokens.
import { defineRequirements, type VerifiedAccessToken } from '@okta-resource-server/core'
import { createSchema, createYoga } from 'graphql-yoga'
import { authenticate, requireAuth } from './auth.ts'

interface Context {
  readonly auth: VerifiedAccessToken
}

const readMessages = defineRequirements({ scopes: ['messages:read'] })

export const yoga = createYoga({
  context: async ({ request }): Promise<Context> => ({ auth: await authenticate(request) }),
  schema: createSchema<Context>({
    typeDefs: `
      type Message { to: String, text: String }
      type Query { subject: String, messages: [Message!] }
    `,
    resolvers: {
      Query: {
        subject: (_parent, _args, { auth }) => auth.subject,
        messages: (_parent, _args, { auth }) => {
          requireAuth(auth, readMessages)
          return [{ to: auth.subject, text: 'Hello' }]
        },
      },
    },
  }),
})
