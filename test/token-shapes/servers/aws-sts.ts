import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

export default {
  name: 'AWS IAM, outbound identity federation',
  options: {
    issuer: 'https://abc123-def456-ghi789-jkl012.tokens.sts.global.api.aws',
    audience: AUDIENCE,
  },
  algorithm: 'ES384',
  accessTokens: [
    {
      name: 'token of GetWebIdentityToken',
      claims: {
        aud: AUDIENCE,
        sub: 'arn:aws:iam::123456789012:role/DataProcessingRole',
        jti: 'xyz123',
        'https://sts.amazonaws.com/': {
          aws_account: '123456789012',
          principal_tags: { environment: 'production' },
          request_tags: { 'job-id': 'job-1' },
        },
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [],
  notes:
    'the issuer belongs to your AWS account; every principal that may call `GetWebIdentityToken` can get a token for your audience: require `claims` for `sub`',
  sources: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html'],
} satisfies AuthorizationServer
