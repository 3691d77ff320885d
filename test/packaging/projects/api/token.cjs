// A key and a token, made with Node.js alone, so that no test runner has to load jose.
const { createSign, generateKeyPairSync } = require('node:crypto')

const issuer = 'https://example.okta.com/oauth2/default'
const audience = 'api://default'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT with these claims, which is valid for five minutes. */
exports.sign = (claims, header = {}) => {
  const now = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'RS256', kid: 'one', ...header },
    { iss: issuer, aud: audience, iat: now, exp: now + 300, ...claims },
  ]
  const content = parts.map(encode).join('.')
  return `${content}.${createSign('sha256').update(content).sign(privateKey, 'base64url')}`
}

/** An access token with these scopes. */
exports.tokenWith = (...scopes) => exports.sign({ sub: 'ada', cid: 'client', scp: scopes })

const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
exports.options = { issuer, audience, jwks: { keys: [key] } }
