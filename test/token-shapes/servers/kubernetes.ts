import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

export default {
  name: 'Kubernetes, service accounts',
  options: { issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'token of a projected volume',
      claims: {
        aud: [AUDIENCE],
        nbf: 1_899_999_940,
        sub: 'system:serviceaccount:shop:orders',
        'kubernetes.io': {
          namespace: 'shop',
          pod: { name: 'orders-1', uid: 'e1' },
          serviceaccount: { name: 'orders', uid: 'e2' },
          warnafter: 1_900_003_547,
        },
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [
    {
      name: 'token of a Secret, as before Kubernetes 1.24: it never expires',
      claims: {
        iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE',
        aud: AUDIENCE,
        iat: undefined,
        exp: undefined,
        sub: 'system:serviceaccount:shop:orders',
        'kubernetes.io/serviceaccount/namespace': 'shop',
      },
      code: 'expiry_missing',
    },
    {
      name: 'token for the API server',
      claims: { aud: ['https://kubernetes.default.svc'], sub: 'system:serviceaccount:shop:orders' },
      code: 'audience_mismatch',
    },
  ],
  notes:
    'project a token for your audience; require `claims` for `sub`; if keys need credentials or a private CA, pass a `fetch`',
  sources: ['kubernetes/kubernetes: pkg/serviceaccount/claims.go'],
} satisfies AuthorizationServer
