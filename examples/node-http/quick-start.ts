import { createServer } from 'node:http'
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  errorResponse,
} from '@okta-resource-server/core'

// Throws a ConfigurationError at once if something is missing. Or createAccessTokenVerifier({ issuer, audience }).
const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })

createServer(async (request, response) => {
  try {
    const auth = await verifier.authenticate(request, readMessages)
    response.end(JSON.stringify(auth.claims))
  } catch (error) {
    const { status, headers, body } = errorResponse(error)
    // A fault of the application; no refusal has this status.
    if (status === 500) console.error(error)
    response.writeHead(status, headers).end(JSON.stringify(body))
  }
}).listen(Number(process.env.PORT ?? 3000))
