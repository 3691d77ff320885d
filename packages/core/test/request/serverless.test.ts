import { outcomeOf } from '@okta-resource-server/testing'
import { describe, expect, it } from 'vitest'
import { bearerToken } from '../../src/request/credentials.ts'
import { untyped } from '../support/verifiers.ts'

const TOKEN = 'a.b.c'
const AUTHORIZATION = `Bearer ${TOKEN}`
const FORM = 'application/x-www-form-urlencoded'

const codeOf = (event: unknown): Promise<string> => outcomeOf(() => bearerToken(untyped(event)))

/** An event of an Application Load Balancer with multi-value headers: it has no `headers`. */
const loadBalancer = (multiValueHeaders: object, others: object = {}): object => ({
  requestContext: { elb: {} },
  httpMethod: 'GET',
  path: '/messages',
  multiValueQueryStringParameters: {},
  multiValueHeaders: { host: ['api.example.com'], ...multiValueHeaders },
  body: '',
  isBase64Encoded: false,
  ...others,
})

/** An event of API Gateway with payload format 1.0. */
const gatewayV1 = (
  headers: object | null,
  multiValueHeaders: object | null,
  others: object = {},
): object => ({
  version: '1.0',
  httpMethod: 'GET',
  path: '/messages',
  headers,
  multiValueHeaders,
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  body: null,
  isBase64Encoded: false,
  ...others,
})

/** An event of API Gateway with payload format 2.0. */
const gatewayV2 = (headers: object, others: object = {}): object => ({
  version: '2.0',
  rawPath: '/messages',
  rawQueryString: '',
  headers,
  isBase64Encoded: false,
  ...others,
})

/** The request of an event of Lambda@Edge. */
const edge = (authorization: readonly string[], others: object = {}): object => ({
  clientIp: '192.0.2.1',
  method: 'GET',
  uri: '/messages',
  querystring: '',
  headers: {
    host: [{ key: 'Host', value: 'api.example.com' }],
    ...(authorization.length > 0 && {
      authorization: authorization.map((value) => ({ key: 'Authorization', value })),
    }),
  },
  ...others,
})

describe('the request of a CloudFront event', () => {
  it('has a header as a list of objects, in CloudFront Functions as one object', async () => {
    expect(bearerToken(untyped(edge([AUTHORIZATION])))).toBe(TOKEN)
    expect(bearerToken(untyped({ headers: { authorization: { value: AUTHORIZATION } } }))).toBe(TOKEN)
    expect(await codeOf(edge([]))).toBe('missing_token')
    expect(await codeOf(edge([AUTHORIZATION, AUTHORIZATION]))).toBe('multiple_authorization_headers')
    expect(await codeOf({ headers: { authorization: [{ key: 'Authorization' }] } })).toBe(
      'malformed_authorization_header',
    )
  })

  it.each([
    ['text', 'a=b&access_token=x'],
    ['encoded text', 'access%5Ftoken=x'],
    ['parameters by name', { access_token: { value: 'x' } }],
  ])('is refused with a token in the query: %s', async (_title, querystring) => {
    expect(await codeOf(edge([], { querystring }))).toBe('token_in_query')
    expect(await codeOf(edge([AUTHORIZATION], { querystring }))).toBe('multiple_tokens')
  })
})

describe('an event of an Application Load Balancer', () => {
  it('may have multi-value headers only', async () => {
    expect(bearerToken(untyped(loadBalancer({ authorization: [AUTHORIZATION] })))).toBe(TOKEN)
    expect(bearerToken(untyped(loadBalancer({ Authorization: [AUTHORIZATION] })))).toBe(TOKEN)
    expect(await codeOf(loadBalancer({}))).toBe('missing_token')
  })

  it('may have other headers in an object with the method get', () => {
    const event = loadBalancer({ authorization: [AUTHORIZATION] }, { headers: new Headers() })
    expect(bearerToken(untyped(event))).toBe(TOKEN)
  })

  it('is refused with several Authorization headers', async () => {
    expect(await codeOf(loadBalancer({ authorization: [AUTHORIZATION, AUTHORIZATION] }))).toBe(
      'multiple_authorization_headers',
    )
    expect(await codeOf(loadBalancer({ authorization: [AUTHORIZATION], Authorization: ['Basic a'] }))).toBe(
      'multiple_authorization_headers',
    )
  })

  it('is refused with a token in the query, whose names the load balancer does not decode', async () => {
    for (const name of ['access_token', 'access%5Ftoken', '%61ccess_token']) {
      const others = { multiValueQueryStringParameters: { [name]: ['x'] } }
      expect(await codeOf(loadBalancer({}, others))).toBe('token_in_query')
      expect(await codeOf(loadBalancer({ authorization: [AUTHORIZATION] }, others))).toBe('multiple_tokens')
    }
  })
})

describe('an event of API Gateway 1.0', () => {
  it('may have both maps of headers if they agree', () => {
    const event = gatewayV1({ Authorization: AUTHORIZATION }, { Authorization: [AUTHORIZATION] })
    expect(bearerToken(untyped(event))).toBe(TOKEN)
  })

  it.each([
    [{ Authorization: AUTHORIZATION }, {}],
    [{ Authorization: AUTHORIZATION }, null],
    [null, { Authorization: [AUTHORIZATION] }],
    [{}, { authorization: [AUTHORIZATION] }],
  ])('may have the header in one map only: %j, %j', (headers, multiValueHeaders) => {
    expect(bearerToken(untyped(gatewayV1(headers, multiValueHeaders)))).toBe(TOKEN)
  })

  it.each([
    ['disagree', { Authorization: 'Bearer x' }, { Authorization: [AUTHORIZATION] }],
    ['disagree about the scheme', { Authorization: 'Basic x' }, { Authorization: [AUTHORIZATION] }],
    ['have two values', { Authorization: AUTHORIZATION }, { Authorization: ['Bearer x', AUTHORIZATION] }],
    [
      'have one value twice',
      { Authorization: AUTHORIZATION },
      { Authorization: [AUTHORIZATION, AUTHORIZATION] },
    ],
    ['have two spellings', { Authorization: AUTHORIZATION, authorization: 'Bearer x' }, {}],
  ])('is refused if the maps %s', async (_title, headers, multiValueHeaders) => {
    expect(await codeOf(gatewayV1(headers, multiValueHeaders))).toBe('multiple_authorization_headers')
  })

  it('has no credentials if its headers are null', async () => {
    expect(await codeOf(gatewayV1(null, null))).toBe('missing_token')
  })

  it.each(['queryStringParameters', 'multiValueQueryStringParameters'])(
    'is refused with a token in %s',
    async (member) => {
      const others = { [member]: { access_token: ['x'] } }
      expect(await codeOf(gatewayV1({}, {}, others))).toBe('token_in_query')
      expect(await codeOf(gatewayV1({ Authorization: AUTHORIZATION }, null, others))).toBe('multiple_tokens')
    },
  )

  it('may have other parameters in its query', async () => {
    const others = { queryStringParameters: { page: '1' }, multiValueQueryStringParameters: { page: ['1'] } }
    expect(await codeOf(gatewayV1({ Authorization: AUTHORIZATION }, null, others))).toBe('accepted')
    expect(await codeOf(gatewayV1({}, {}, others))).toBe('missing_token')
  })

  it('is refused with a token in the query whose value may not be read', async () => {
    const others = { queryStringParameters: { access_token: '' } }
    expect(await codeOf(gatewayV1({}, {}, others))).toBe('token_in_query')
  })
})

describe('an event of API Gateway 2.0', () => {
  it('has its headers in lower case', async () => {
    expect(bearerToken(untyped(gatewayV2({ authorization: AUTHORIZATION })))).toBe(TOKEN)
    expect(await codeOf(gatewayV2({}))).toBe('missing_token')
  })

  it('has joined headers, which are refused', async () => {
    expect(await codeOf(gatewayV2({ authorization: `${AUTHORIZATION},Bearer x` }))).toBe(
      'malformed_authorization_header',
    )
  })

  it.each(['access_token=x', 'a=b&access%5Ftoken=x'])(
    'is refused with a token in %s',
    async (rawQueryString) => {
      expect(await codeOf(gatewayV2({}, { rawQueryString }))).toBe('token_in_query')
      expect(await codeOf(gatewayV2({ authorization: AUTHORIZATION }, { rawQueryString }))).toBe(
        'multiple_tokens',
      )
    },
  )
})

describe('the form of an event', () => {
  const form = 'a=b&access_token=x'
  const base64 = Buffer.from(form).toString('base64')

  it.each([
    ['as text', { body: form }],
    ['as text, percent-encoded', { body: 'access%5Ftoken=x' }],
    ['in base64', { body: base64, isBase64Encoded: true }],
  ])('is refused with a token %s', async (_title, body) => {
    const type = { 'content-type': FORM }
    const withToken = { ...type, authorization: AUTHORIZATION }
    expect(await codeOf(gatewayV2(type, body))).toBe('token_in_body')
    expect(await codeOf(gatewayV2(withToken, body))).toBe('multiple_tokens')
    const multiValueHeaders = { 'Content-Type': [FORM], Authorization: [AUTHORIZATION] }
    expect(await codeOf(gatewayV1(null, multiValueHeaders, body))).toBe('multiple_tokens')
    expect(await codeOf(loadBalancer({ 'content-type': [FORM] }, body))).toBe('token_in_body')
  })

  it.each([
    ['another type', { 'content-type': 'application/json' }, { body: form }],
    ['no type', {}, { body: form }],
    ['another parameter', { 'content-type': FORM }, { body: 'a=access_token&my_access_token=x' }],
    ['text that is not in base64', { 'content-type': FORM }, { body: base64 }],
    ['no body', { 'content-type': FORM }, {}],
    ['an empty body', { 'content-type': FORM }, { body: '', isBase64Encoded: true }],
  ])('is accepted with %s', async (_title, type, body) => {
    expect(bearerToken(untyped(gatewayV2({ ...type, authorization: AUTHORIZATION }, body)))).toBe(TOKEN)
  })
})
