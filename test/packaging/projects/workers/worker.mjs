import { env } from 'cloudflare:workers'
import { createAccessTokenVerifier, ResourceServerError } from '@okta-resource-server/core'

const { ISSUER, AUDIENCE, METADATA } = env
const verifier = createAccessTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, metadataUri: METADATA })

export default {
  async fetch(request) {
    try {
      const { subject } = await verifier.authenticate(request, { scopes: ['messages:read'] })
      return Response.json({ subject })
    } catch (error) {
      if (error instanceof ResourceServerError) return error.getResponse()
      throw error
    }
  },
}
