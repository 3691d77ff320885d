import { setImmediate } from 'node:timers/promises'
import { bearer, signToken, verifierOptions } from '@okta-resource-server/testing'
import { type RecordedWarning, recordWarnings } from '@okta-resource-server/testing/vitest'
import { beforeEach, expect, it, vi } from 'vitest'
import type { AccessTokenVerifierOptions } from '../../src/index.ts'

const SAME_ISSUER = verifierOptions()
let warnings: readonly RecordedWarning[]
let createVerifier: typeof import('../../src/verifier.ts').createAccessTokenVerifier

/** Each test starts without warnings and counts, as a new process does. */
beforeEach(async () => {
  vi.resetModules()
  createVerifier = (await import('../../src/verifier.ts')).createAccessTokenVerifier
  warnings = recordWarnings()
})

const request = () => ({ headers: bearer(signToken()) })

function createForEachRequest(requests: number, options: AccessTokenVerifierOptions = SAME_ISSUER) {
  return Promise.all(
    Array.from({ length: requests }, () =>
      createVerifier(options)
        .authenticate(request())
        .catch(() => {}),
    ),
  )
}

it('a verifier that is created for each request is reported once, with the issuer', async () => {
  await createForEachRequest(20)

  expect(warnings).toHaveLength(1)
  expect(warnings[0]?.code).toBe('ORS_VERIFIER_PER_REQUEST')
  expect(warnings[0]?.message).toContain('once, when the application starts')
  expect(warnings[0]?.message).toContain(SAME_ISSUER.issuer)
})

it('it is reported once per process, also if there are several issuers', async () => {
  for (const tenant of ['a', 'b']) {
    await createForEachRequest(5, { ...SAME_ISSUER, issuer: `https://${tenant}.example/oauth2/default` })
  }

  expect(warnings).toHaveLength(1)
})

it('it is reported once per process, also if verifiers of two issuers were created before', async () => {
  const verifiers = ['a', 'b'].flatMap((tenant) =>
    [1, 2, 3].map(() => createVerifier({ ...SAME_ISSUER, issuer: `https://${tenant}.example` })),
  )
  await Promise.allSettled(verifiers.map((verifier) => verifier.authenticate(request())))

  expect(warnings).toHaveLength(1)
})

it('it is reported where an adapter decides, too', async () => {
  const { decide } = await import('../../src/adapter.ts')
  await Promise.all([1, 2, 3].map(() => decide(createVerifier(SAME_ISSUER), request())))

  expect(warnings).toHaveLength(1)
})

it('it is reported with a function that finds issuers, too', async () => {
  const { jwks, ...options } = SAME_ISSUER
  await createForEachRequest(3, { ...options, issuer: () => undefined })

  expect(warnings).toHaveLength(1)
  expect(warnings[0]?.message).toContain('(issuer found by a function)')
})

it('it is reported with the names of all its issuers', async () => {
  const { audience, jwks } = SAME_ISSUER
  const issuers = ['a', 'b'].map((tenant) => ({ issuer: `https://${tenant}.example`, audience, jwks }))
  await createForEachRequest(3, { issuer: issuers })

  expect(warnings).toHaveLength(1)
  expect(warnings[0]?.message).toContain('(issuer https://a.example, https://b.example)')
})

it('it is reported in the end if each is used later than it is created', async () => {
  for (let i = 0; i < 120; i++) {
    const verifier = createVerifier(SAME_ISSUER)
    await setImmediate()
    await verifier.authenticate(request())
  }

  expect(warnings).toHaveLength(1)
})

it('verifiers that are created at the start are not reported, however many requests they decide about', async () => {
  const verifiers = Array.from({ length: 20 }, () => createVerifier(SAME_ISSUER))
  await setImmediate()
  for (const verifier of verifiers) for (let i = 0; i < 5; i++) await verifier.authenticate(request())

  expect(warnings).toEqual([])
})

it('a verifier that decides about several requests at once is not reported', async () => {
  const verifier = createVerifier(SAME_ISSUER)
  await Promise.all([1, 2, 3, 4, 5].map(() => verifier.authenticate(request())))

  expect(warnings).toEqual([])
})

it('verifiers of different tenants, each created at its first request, are not reported', async () => {
  for (let i = 0; i < 50; i++) {
    createVerifier({ ...SAME_ISSUER, issuer: `https://${i}.example` })
      .authenticate({ headers: {} })
      .catch(() => {})
  }

  expect(warnings).toEqual([])
})

it.each([
  ['tokens', signToken()],
  ['what is malformed', 'no-token'],
  ['what is no token', null as never],
])('verifiers that are created for bare tokens are not reported: %s', async (_title, token) => {
  await Promise.allSettled([1, 2, 3, 4].map(() => createVerifier(SAME_ISSUER).verify(token)))

  expect(warnings).toEqual([])
})

it('a program that verifies one token at once is not reported', async () => {
  await createForEachRequest(2)

  expect(warnings).toEqual([])
})
