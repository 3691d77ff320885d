// Prints what a verifier decides in a process whose global object takes no new members.
const { signToken, verifierOptions } = await import('@okta-resource-server/testing')
Object.preventExtensions(globalThis)
const { createAccessTokenVerifier } = await import('../../src/index.ts')

const verifier = createAccessTokenVerifier({ ...verifierOptions(), impliedScopes: { write: ['read'] } })
const token = signToken({ claims: { scp: ['write'] } })
const codeOf = (error: { code: string }): string => error.code
console.log(
  JSON.stringify([
    (await verifier.verify(token, { scopes: ['read'] })).scopes,
    await verifier.verify(token, { scopes: ['admin'] }).then(() => 'accepted', codeOf),
  ]),
)

export {}
