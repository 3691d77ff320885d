import { AUDIENCE, type AuthorizationServer } from '../shape.ts'

export default {
  name: 'GitLab CI/CD',
  options: { issuer: 'https://gitlab.com', audience: AUDIENCE },
  accessTokens: [
    {
      name: 'ID token of a job',
      header: { typ: 'JWT' },
      claims: {
        namespace_id: '72',
        project_id: '20',
        project_path: 'my-group/my-project',
        user_login: 'sample-user',
        user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
        pipeline_source: 'push',
        ref_type: 'branch',
        ref_protected: 'false',
        runner_id: 1,
        jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
        nbf: 1_899_999_935,
        sub: 'project_path:my-group/my-project:ref_type:branch:ref:feature-branch-1',
        aud: AUDIENCE,
      },
      scopes: [],
      clientId: undefined,
    },
  ],
  idTokens: [
    {
      name: 'ID token of a user who signs in with GitLab',
      header: { typ: 'JWT' },
      claims: {
        sub: '1',
        auth_time: 1_899_999_000,
        sub_legacy: 'a',
        name: 'Jane',
        groups_direct: ['my-group'],
      },
      codes: { neither: 'accepted' },
    },
  ],
  others: [],
  indistinguishable: 'ID tokens of users without `nonce`, if your client id at GitLab were the audience',
  notes:
    "every project can get a token for your audience: require `claims`, such as `{ project_path: 'my-group/my-project' }`",
  sources: ['gitlabhq/gitlabhq: doc/ci/secrets/id_token_authentication.md'],
} satisfies AuthorizationServer
