import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

export default {
  name: 'GitHub Actions',
  options: { issuer: 'https://token.actions.githubusercontent.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'OIDC token of a job',
      header: { typ: 'JWT', x5t: 'example-thumbprint' },
      claims: {
        jti: 'example-id',
        sub: 'repo:octo-org/octo-repo:environment:prod',
        environment: 'prod',
        aud: AUDIENCE,
        ref: 'refs/heads/main',
        repository: 'octo-org/octo-repo',
        actor_id: '12',
        run_id: 'example-run-id',
        event_name: 'workflow_dispatch',
        job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
        nbf: 1_899_999_400,
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [],
  others: [],
  notes:
    "every workflow of every repository can get a token for your audience: require `claims`, such as `{ repository: 'octo-org/octo-repo' }`",
  sources: [
    'github/docs: content/actions/deployment/security-hardening-your-deployments/about-security-hardening-with-openid-connect.md',
  ],
} satisfies AuthorizationServer
