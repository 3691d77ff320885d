// Prints the refusals of a process whose Error is frozen: by --frozen-intrinsics, or by this program.
const byNode = process.execArgv.includes('--frozen-intrinsics')
if (!byNode) Object.freeze(Error)

const { NOW, signToken, verifierOptions } = await import('@okta-resource-server/testing')
const { createAccessTokenVerifier, errorResponse, ConfigurationError, ResourceServerError } = await import(
  '../../src/index.ts'
)

const options = verifierOptions()
const verifier = createAccessTokenVerifier(options)
const unavailable = createAccessTokenVerifier({
  issuer: options.issuer,
  audience: options.audience,
  clock: options.clock,
  fetch: () => Promise.reject(new Error('no route')),
})

const calls: Readonly<Record<string, () => unknown>> = {
  missing_token: () => verifier.authenticate({ headers: {} }),
  multiple_tokens: () =>
    verifier.authenticate({ headers: { authorization: 'Bearer a' }, url: '/?access_token=a' }),
  token_malformed: () => verifier.verify('a.b.c'),
  token_expired: () => verifier.verify(signToken({ claims: { exp: NOW - 60 } })),
  audience_mismatch: () => verifier.verify(signToken({ claims: { aud: 'other' } })),
  insufficient_scope: () => verifier.verify(signToken(), { scopes: ['admin'] }),
  metadata_unavailable: () => unavailable.verify(signToken()),
  option_invalid: () => createAccessTokenVerifier({ ...options, clockTolerance: -1 }),
}

const results: Record<string, unknown> = {}
for (const [expected, call] of Object.entries(calls)) {
  try {
    await call()
  } catch (error) {
    const { status, headers } = errorResponse(error)
    const known = error instanceof ResourceServerError || error instanceof ConfigurationError
    const { code, stack } = error as { code: string; stack: string }
    const frames = stack.split('\n').length - 1
    results[code] = { known, status, challenge: headers['www-authenticate'], frames }
    continue
  }
  results[expected] = 'accepted'
}
unavailable.close()
console.log(
  JSON.stringify({
    frozen: Object.isFrozen(Error),
    accepted: (await verifier.verify(signToken())).issuer,
    results,
  }),
)

export {}
