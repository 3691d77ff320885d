import type { AuthorizationServer } from '../shape.ts'

const CLIENT = '617jkna9pqeg8rmgtg9uv4e6j4'

export default {
  name: 'Amazon Cognito',
  options: {
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
    audience: null,
    clientIds: [CLIENT],
  },
  accessTokens: [
    {
      name: 'access token of a user',
      claims: {
        sub: 'c27a05a2-4ce1-4173-be51-9bbc3fe65a0a',
        event_id: 'ce82b157-abd7-11e8-a0b2-f197cbb44c95',
        token_use: 'access',
        scope: 'aws.cognito.signin.user.admin openid',
        auth_time: 1_899_999_000,
        jti: 'd49208e7-e619-40c7-a0b4-bb3c9607effa',
        client_id: CLIENT,
        username: 'sai',
        'cognito:groups': ['readers'],
        version: 2,
      },
      scopes: ['aws.cognito.signin.user.admin', 'openid'],
      clientId: CLIENT,
    },
    {
      name: 'access token of a machine',
      claims: {
        sub: CLIENT,
        token_use: 'access',
        scope: 'api/read',
        client_id: CLIENT,
        jti: 'j',
        version: 2,
      },
      scopes: ['api/read'],
      clientId: CLIENT,
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      claims: {
        aud: CLIENT,
        sub: 'c27a05a2',
        token_use: 'id',
        'cognito:username': 'sai',
        event_id: 'e',
        jti: 'j',
      },
    },
    {
      name: 'token of the shape of an ID token, with the client in azp',
      claims: { aud: undefined, azp: CLIENT, sub: 'c27a05a2' },
      codes: { neither: 'client_not_allowed' },
    },
  ],
  others: [
    {
      name: 'access token of another client',
      claims: { sub: 'c27a05a2', token_use: 'access', scope: 'openid', client_id: 'another' },
      code: 'client_not_allowed',
    },
    {
      name: 'token with the client as its audience',
      claims: { aud: CLIENT, sub: 'c27a05a2', token_use: 'access', client_id: CLIENT },
      code: 'audience_mismatch',
    },
  ],
  notes:
    'access tokens have no `aud`, so list the app clients; if you request tokens for a resource, they have one: set `audience` to it',
  sources: [
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
    'awslabs/aws-jwt-verify: src/jwt-model.ts',
  ],
} satisfies AuthorizationServer
