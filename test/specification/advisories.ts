/** A mistake of another library that does the work of a resource server, so that it is not repeated here. */
export interface Advisory {
  /**
   * The published advisory (`CVE-…`, `GHSA-…`), the issue where the mistake is discussed (`owner/repository#1`), or
   * `PEER-…` for one that was measured when other libraries were compared.
   */
  readonly id: string
  /** The libraries that made the mistake. */
  readonly library: string
  /** In our own words. */
  readonly mistake: string
}

const advisory = (id: string, library: string, mistake: string): Advisory => ({ id, library, mistake })

const CONFUSION = 'The token could choose HMAC, with the public key as the secret.'
const CRITICAL = 'Critical header parameters that were not understood were ignored.'
const EMBEDDED = 'The key that a token brought in its jwk parameter was trusted.'
const OWN_ALGORITHM = 'The token could choose the algorithm for a key that is published without one.'
const FLOOD = 'Unknown kids used up the limit on fetches, so that valid tokens were refused.'

/**
 * Some mistakes concern a part of JOSE that is not implemented here; the tests then show that it cannot be reached.
 */
export const ADVISORIES: readonly Advisory[] = [
  advisory('CVE-2015-9235', 'jsonwebtoken', `${CONFUSION} Unsigned tokens were accepted as well.`),
  advisory('CVE-2016-10555', 'jwt-simple', CONFUSION),
  advisory('CVE-2016-1000223', 'jws', CONFUSION),
  advisory('CVE-2017-16007', 'node-jose', 'Elliptic curve points were not checked to be on their curve.'),
  advisory('CVE-2018-0114', 'node-jose', EMBEDDED),
  advisory(
    'CVE-2019-7644',
    'Auth0-WCF-Service-JWT',
    'The error message contained the signature that would have been valid.',
  ),
  advisory('CVE-2020-15084', 'express-jwt', CONFUSION),
  advisory('CVE-2020-26160', 'jwt-go', 'An empty list was accepted as the audience.'),
  advisory('CVE-2021-29443', 'jose', 'Errors revealed whether the padding of an encrypted token was valid.'),
  advisory('CVE-2022-21449', 'Java', 'ECDSA signatures of zeros were accepted for any message.'),
  advisory('CVE-2022-23539', 'jsonwebtoken', 'Keys of another type than the algorithm requires were used.'),
  advisory(
    'CVE-2022-23540',
    'jsonwebtoken',
    'Unsigned tokens were accepted where no algorithms were configured.',
  ),
  advisory('CVE-2022-23541', 'jsonwebtoken', CONFUSION),
  advisory('CVE-2022-36083', 'jose', 'The token could choose the number of PBKDF2 rounds.'),
  advisory(
    'CVE-2022-39227',
    'python-jwt',
    'One serialization was verified, and the claims were read from another.',
  ),
  advisory('CVE-2023-25653', 'node-jose', 'Unusual points and signatures caused an infinite loop.'),
  advisory(
    'CVE-2023-48223',
    'fast-jwt',
    'Public keys were recognized by the first words of their PEM, and other forms became HMAC secrets.',
  ),
  advisory('CVE-2024-28176', 'jose', 'A small encrypted token could expand to gigabytes.'),
  advisory('CVE-2024-33664', 'python-jose', 'A small encrypted token could expand to gigabytes.'),
  advisory('CVE-2024-34273', 'njwt', 'A claim named __proto__ changed prototypes.'),
  advisory('CVE-2024-53861', 'PyJWT', 'A substring of the configured issuer was accepted.'),
  advisory(
    'CVE-2025-30144',
    'fast-jwt',
    'A list of issuers was accepted if it contained the configured one.',
  ),
  advisory(
    'CVE-2025-30204',
    'golang-jwt',
    'Memory was allocated for each of the millions of dots in a token.',
  ),
  advisory('CVE-2025-53864', 'Nimbus JOSE + JWT', 'Deeply nested claims exhausted the stack.'),
  advisory('CVE-2025-59420', 'Authlib', CRITICAL),
  advisory('CVE-2025-59936', 'get-jwks', 'The cached key of one issuer was used for another issuer.'),
  advisory(
    'CVE-2025-65945',
    'jws',
    'The HMAC secret was looked up by values of the token before they were verified.',
  ),
  advisory('CVE-2026-21710', 'Node.js', 'A request header named __proto__ made a server crash.'),
  advisory('CVE-2026-22817', 'Hono', OWN_ALGORITHM),
  advisory('CVE-2026-22818', 'Hono', OWN_ALGORITHM),
  advisory('CVE-2026-32597', 'PyJWT', CRITICAL),
  advisory('CVE-2026-34240', 'jose for Dart', EMBEDDED),
  advisory(
    'CVE-2026-34950',
    'fast-jwt',
    'White space before the PEM of a public key made it an HMAC secret.',
  ),
  advisory('CVE-2026-35039', 'fast-jwt', 'The cache could return the claims of another token.'),
  advisory(
    'CVE-2026-35041',
    'fast-jwt',
    'Audiences were matched with patterns on which a token could cause endless work.',
  ),
  advisory('CVE-2026-35042', 'fast-jwt', CRITICAL),
  advisory(
    'CVE-2026-44351',
    'fast-jwt',
    'A token with an unknown kid was verified with an empty HMAC secret.',
  ),
  advisory('GHSA-3j8v-cgw4-2g6q', 'fast-jwt', 'A stateful pattern refused every other valid token.'),
  advisory('GHSA-675f-rq2r-jw82', 'jwkset', 'A withdrawn key remained trusted.'),
  advisory('auth0/jwks-rsa-java#173', 'jwks-rsa for Java', FLOOD),
  advisory('auth0/node-jsonwebtoken#1032', 'jsonwebtoken', CRITICAL),
  advisory('auth0/node-jwks-rsa#49', 'jwks-rsa', FLOOD),
  advisory(
    'nearform/fast-jwt#5',
    'fast-jwt',
    'A cached token was accepted after its key had been withdrawn.',
  ),
  advisory('nearform/get-jwks#320', 'get-jwks', 'Keys were fetched from any issuer that a token named.'),
  advisory(
    'PEER-cache-control-is-not-read',
    'all libraries compared',
    'The Cache-Control of the keys was not read.',
  ),
  advisory(
    'PEER-client-is-not-checked',
    '@okta/jwt-verifier',
    'A client other than the configured one was accepted.',
  ),
  advisory(
    'PEER-discovery-without-timeout',
    'express-oauth2-jwt-bearer',
    'Requests hung while the discovery did.',
  ),
  advisory(
    'PEER-early-kid-stays-unknown',
    'get-jwks, fastify-jwt-jwks',
    'A key that was requested before it was published stayed unknown.',
  ),
  advisory('PEER-endless-answer', 'all libraries compared', 'Responses of any size were read.'),
  advisory(
    'PEER-metadata-of-another-issuer',
    'express-oauth2-jwt-bearer',
    'Metadata that names another issuer was used.',
  ),
  advisory('PEER-no-expiry', '@okta/jwt-verifier', 'A token without an expiry was accepted forever.'),
  advisory(
    'PEER-okta-jwt-verifier-checks',
    '@okta/jwt-verifier',
    'Tokens issued in the future, tokens of the org authorization server, and bound tokens were accepted.',
  ),
  advisory(
    'PEER-outage-as-invalid-token',
    'most libraries compared',
    'An outage was reported to the client as an invalid token.',
  ),
  advisory(
    'PEER-scp-is-not-read',
    'express-oauth2-jwt-bearer',
    "Okta's scp claim was not read, so every token lacked its scopes.",
  ),
  advisory(
    'PEER-second-scope',
    'express-oauth2-jwt-bearer',
    'The second of two required scopes was not checked.',
  ),
  advisory('PEER-unknown-kids-use-up-the-limit', '@okta/jwt-verifier', FLOOD),
  advisory(
    'PEER-value-within-a-longer-one',
    'several libraries compared',
    'A required scope or value was found inside a longer one.',
  ),
  advisory('PEER-withdrawn-key-stays-trusted', 'aws-jwt-verify', 'A withdrawn key remained trusted.'),
]
