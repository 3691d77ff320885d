import { must, page, type SpecificationDocument } from './requirement.ts'

export const FAPI2: SpecificationDocument = {
  name: 'FAPI 2.0',
  title: 'Security Profile (final, February 2025): the resource server, with the option fapi2',
  requirements: [
    ...page('Section 5.3.4', [
      must('FAPI-01', 'Access tokens are accepted in the Authorization header, with Bearer or DPoP.'),
      must('FAPI-02', 'Access tokens are not accepted in the query.'),
      must('FAPI-03', 'Validity, integrity, expiration and revocation status of the token are verified.', {
        note: 'Without a source of revocations, the option fapi2 is an error at start.',
      }),
      must(
        'FAPI-04',
        'The authorization that the token represents is sufficient, or the answer has an error of RFC 6750, section 3.1.',
      ),
      must(
        'FAPI-05',
        'Sender-constrained tokens are supported and verified, by mutual TLS, by DPoP or by both.',
        {
          note: 'A token that is not bound is refused.',
        },
      ),
    ]),
    ...page('Section 5.4', [
      must('FAPI-06', 'JWTs follow RFC 8725 and are signed with PS256, ES256 or Ed25519; never with none.', {
        note: 'This holds for access tokens, DPoP proofs, introspection answers and client assertions.',
      }),
      must('FAPI-07', 'RSA keys have at least 2,048 bits, and elliptic curve keys at least 224.', {
        note: 'The curves that are supported have at least 255 bits.',
      }),
      must('FAPI-08', 'Credentials that are not for users have at least 128 bits of entropy.', {
        note: 'Of the credentials, the library makes only nonces. Their secrets have at least 256 bits.',
      }),
      must('FAPI-09', 'Published keys are served over TLS, without x5u and jku, and each has its own kid.', {
        elsewhere:
          'The library publishes no keys. It follows no x5u and no jku, and fetches the keys of issuers over TLS only.',
      }),
      must(
        'FAPI-10',
        'Among keys with the same kid, the one with the right type, use and algorithm is chosen.',
      ),
    ]),
    ...page('Section 5.2', [
      must('FAPI-11', 'TLS 1.2 or later is used, as BCP 195 recommends.', {
        elsewhere:
          'The server or proxy that terminates TLS is responsible. Outgoing requests use https, with the TLS settings of Node.js.',
      }),
    ]),
    ...page('Section 6', [
      must('FAPI-12', 'DPoP proofs cannot be replayed.', {
        note: 'A proof is accepted once and for a short time. Nonces are an option.',
      }),
      must('FAPI-13', 'The token comes from the issuer that is expected.', {
        note: 'Only configured issuers are accepted. Where several are, a route can require one with claims: { iss }.',
      }),
    ]),
  ],
}
