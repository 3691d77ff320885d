// An AWS Lambda function protected with access tokens, for API Gateway (REST and HTTP APIs) and Application Load Balancers.
// Set OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_AUDIENCE.
import {
  configurationFromEnvironment,
  createAccessTokenVerifier,
  defineRequirements,
  type ErrorResponse,
  errorResponse,
} from '@okta-resource-server/core'
import type { ALBEvent, ALBResult, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'

type Event = APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent

// Outside of the handler, so that keys and verified tokens are kept while the instance is warm.
export const verifier = createAccessTokenVerifier(configurationFromEnvironment())
const readMessages = defineRequirements({ scopes: ['messages:read'] })

export async function handler(event: Event): Promise<ALBResult> {
  try {
    const { subject } = await verifier.authenticate(event, readMessages)
    const headers = { 'content-type': 'application/json' }
    return result(event, { status: 200, headers, body: [{ to: subject, text: 'Hello' }] })
  } catch (error) {
    const response = errorResponse(error)
    if (response.status === 500) console.error(error)
    return result(event, response)
  }
}

function result(event: Event, { status, headers, body }: Omit<ErrorResponse, 'body'> & { body: unknown }) {
  const common = { statusCode: status, body: JSON.stringify(body) }
  // A load balancer that sends multi-value headers ignores `headers`, and the challenge would be lost.
  const isMultiValue = 'multiValueHeaders' in event && event.multiValueHeaders !== undefined
  if (!isMultiValue) return { ...common, headers: { ...headers } }
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]])
  return { ...common, multiValueHeaders: Object.fromEntries(lists) }
}
