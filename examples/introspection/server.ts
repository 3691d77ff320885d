// Starts an API on PORT (default: 3000). Set OKTA_ORG, OKTA_OAUTH2_CLIENT_ID and OKTA_OAUTH2_CLIENT_SECRET.
import { createServer } from 'node:http'
import { errorResponse } from '@okta-resource-server/core'
import { orgVerifier } from './okta-org.ts'

const {
  OKTA_ORG = '',
  OKTA_OAUTH2_CLIENT_ID = '',
  OKTA_OAUTH2_CLIENT_SECRET = '',
  PORT = '3000',
} = process.env
const client = { clientId: OKTA_OAUTH2_CLIENT_ID, clientSecret: OKTA_OAUTH2_CLIENT_SECRET }
const verifier = orgVerifier(OKTA_ORG, client)

const server = createServer((request, response) => {
  verifier.authenticate(request).then(
    ({ subject, scopes }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ subject, scopes }))
    },
    (error: unknown) => {
      const { status, headers, body } = errorResponse(error)
      response.writeHead(status, headers).end(JSON.stringify(body))
    },
  )
})
server.listen(Number(PORT), () => console.log('Listening on', server.address()))
