import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { openSetting } from '../setting.ts'

type Event = APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent
type Headers = Record<string, string>

const { token, withoutScope, expiringIn } = await openSetting()
const { handler, verifier } = await import('./handler.ts')

const lists = (headers: Headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
const target = { path: '/messages', httpMethod: 'GET', body: null, isBase64Encoded: false }
const elb = { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/api/1' } }

/** The events, with the members that services send. */
const EVENTS: Readonly<Record<string, (headers: Headers) => unknown>> = {
  'API Gateway, REST API': (headers) => ({
    ...target,
    resource: '/messages',
    headers,
    multiValueHeaders: lists(headers),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { identity: { sourceIp: '192.0.2.1' } },
  }),
  'API Gateway, HTTP API with payload format 1.0': (headers) => ({
    ...target,
    version: '1.0',
    resource: '/messages',
    headers,
    multiValueHeaders: lists(headers),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { domainName: 'api.example.com', identity: { sourceIp: '192.0.2.1' } },
  }),
  'API Gateway, HTTP API with payload format 2.0, or a function URL': (headers) => ({
    version: '2.0',
    routeKey: 'GET /messages',
    rawPath: '/messages',
    rawQueryString: '',
    headers,
    requestContext: { http: { method: 'GET', path: '/messages', sourceIp: '192.0.2.1' } },
    isBase64Encoded: false,
  }),
  'load balancer': (headers) => ({ ...target, requestContext: elb, queryStringParameters: {}, headers }),
  'load balancer with multi-value headers': (headers) => ({
    ...target,
    requestContext: elb,
    multiValueQueryStringParameters: {},
    multiValueHeaders: lists(headers),
  }),
}

describe.each(Object.keys(EVENTS))('the example aws-lambda behind %s', (name) => {
  const call = async (headers: Headers) => {
    const event = EVENTS[name]?.({ host: 'api.example.com', ...headers }) as Event
    const { statusCode, headers: single, multiValueHeaders, body = '' } = await handler(event)
    // Of the two maps, only the one that the event has is read.
    const isMultiValue = 'multiValueHeaders' in event
    const sent = isMultiValue
      ? Object.fromEntries(Object.entries(multiValueHeaders ?? {}).map(([key, [value]]) => [key, value]))
      : single
    return {
      statusCode,
      headers: sent as Readonly<Record<string, unknown>>,
      body: JSON.parse(body) as unknown,
    }
  }
  const bearer = (value: string, header = 'authorization') => ({ [header]: `Bearer ${value}` })

  it('responds to a valid token', async () => {
    for (const header of ['authorization', 'Authorization']) {
      const { statusCode, headers, body } = await call(bearer(token, header))
      expect({ statusCode, body }).toEqual({
        statusCode: 200,
        body: [{ to: expect.any(String), text: 'Hello' }],
      })
      expect(headers['content-type']).toBe('application/json')
    }
  })

  it('sends status, challenge and body of a refusal', async () => {
    const missing = await call({})
    expect(missing.statusCode).toBe(401)
    expect(missing.headers['www-authenticate']).toBe('Bearer realm="api"')
    const expired = await call(bearer(await expiringIn(-60)))
    expect(expired.statusCode).toBe(401)
    expect(expired.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(expired.body).toMatchObject({ error: 'invalid_token' })
    const refused = await call(bearer(withoutScope))
    expect(refused.statusCode).toBe(403)
    expect(refused.headers['www-authenticate']).toContain('scope="messages:read"')
  })
})

it('the example aws-lambda sends Retry-After when tokens cannot be verified', async () => {
  verifier.close()
  for (const create of Object.values(EVENTS)) {
    const { statusCode, headers, multiValueHeaders } = await handler(
      create({ authorization: `Bearer ${token}` }) as Event,
    )
    expect(statusCode).toBe(503)
    expect(headers?.['retry-after'] ?? multiValueHeaders?.['retry-after']?.[0]).toBe('1')
  }
})
