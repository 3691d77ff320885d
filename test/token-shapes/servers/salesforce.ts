import type { AuthorizationServer } from '../shape.ts'

const DOMAIN = 'https://example.my.salesforce.com'

export default {
  name: 'Salesforce',
  options: { issuer: DOMAIN, audience: DOMAIN, clientIds: '3MVG9' },
  accessTokens: [
    {
      name: 'JWT-based access token',
      header: { tnk: 'core/example/00DSG000009FYVd2AO', ver: '1.0', tty: 'sfdc-core-token', typ: 'JWT' },
      claims: {
        scp: 'refresh_token web api',
        aud: [DOMAIN],
        sub: 'uid:005SG000008e',
        nbf: 1_899_999_940,
        mty: 'oauth',
        sfi: 'f1',
        roles: [],
        hsc: false,
        client_id: '3MVG9',
      },
      scopes: ['refresh_token', 'web', 'api'],
      clientId: '3MVG9',
    },
  ],
  idTokens: [
    {
      name: 'ID token',
      header: { typ: 'JWT' },
      claims: { sub: 'https://login.salesforce.com/id/00D/005', custom_attributes: {} },
      codes: { neither: 'client_not_allowed' },
    },
  ],
  others: [],
  notes:
    'the audience is your Salesforce domain, for all apps of the org, so list the consumer keys in `clientIds`; let the app issue JWT-based access tokens',
  sources: [
    'https://help.salesforce.com/s/articleView?id=xcloud.jwt_access_tokens.htm&language=en_US&type=5',
    'https://forcedotcom.github.io/SalesforceMobileSDK-Android/libs/SalesforceSDK/com.salesforce.androidsdk.auth/-jwt-payload/index.html',
  ],
} satisfies AuthorizationServer
