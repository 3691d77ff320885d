// Plays the authorization server: answers its https URLs with the metadata and keys of the environment.
const { ISSUER, JWKS } = process.env
const { fetch } = globalThis

globalThis.fetch = async (input, init) => {
  const url = String(input)
  if (!url.startsWith('https:')) return fetch(input, init)
  if (!url.includes('/.well-known/')) return new Response(JWKS)
  return Response.json({ issuer: ISSUER, jwks_uri: `${new URL(url).origin}/keys` })
}
