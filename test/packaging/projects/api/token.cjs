// A key and a token, made with Node.js alone, so that no test runner has to load jose.
const { createSign, generateKeyPairSync } = require('node:crypto')

const issuer = 'https://example.okta.com/oauth2/default'
const audience = 'api://default'
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token with these scopes,. */
exports.tokenWith = (...scopes) => {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    aud: audience,
    sub: 'ada',
    cid: 'client',
    scp: scopes,
    iat: now,
    exp: now + 300,
  }
  const content = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(claims)}`
  return `${content}.${createSign('sha256').update(content).sign(privateKey, 'base64url')}`
}

const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
exports.options = { issuer, audience, jwks: { keys: [key] } }
