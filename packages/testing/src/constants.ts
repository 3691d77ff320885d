/** The issuer of the test tokens: an Okta custom authorization server. */
export const ISSUER = 'https://example.okta.com/oauth2/default'
/** The audience of the test tokens. */
export const AUDIENCE = 'api://default'
/** The client that the test tokens were issued to. */
export const CLIENT_ID = '0oa1gjh63g214q0Hq0g4'
/** The current time of tests with a fixed clock, in seconds since the epoch: March 2030. */
export const NOW = 1_900_000_000
