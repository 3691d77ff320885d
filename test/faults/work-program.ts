import { Session } from 'node:inspector/promises'
import { INPUTS, SIZES } from './work-inputs.ts'

/**
 * Prints, for each input and size, how many times blocks of the library's code were executed. Counting, unlike timing, is
 * deterministic. It does not include work inside a single call of the engine (JSON.parse, indexOf, regular expressions).
 */
const LIBRARY = '/packages/core/src/'
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
// Only code that is compiled after this point is counted by block.
const { createAccessTokenVerifier } = await import('@okta-resource-server/core')
const jwks = { keys: [{ kty: 'EC', crv: 'P-256', kid: 'a', x: 'AQAB', y: 'AQAB' }] }
const issuer = 'https://example.okta.com/oauth2/default'
const verifier = createAccessTokenVerifier({
  issuer,
  audience: ['api://a', 'api://b'],
  jwks,
  profile: 'okta',
})

async function workOf(request: (typeof INPUTS)[string], size: number): Promise<number> {
  const input = request(size)
  await session.post('Profiler.takePreciseCoverage')
  await verifier.authenticate(input, { scopes: ['a'] }).catch(() => {})
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => url.includes(LIBRARY))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0)
}

const work: Record<string, number[]> = {}
for (const [name, request] of Object.entries(INPUTS)) {
  await workOf(request, 1)
  work[name] = []
  for (const size of SIZES) work[name].push(await workOf(request, size))
}
console.log(JSON.stringify(work))
