/** What the descriptions of refusals say, in the words that clients read. */
export const MALFORMED = 'The access token is malformed'
export const TOO_LARGE = 'The access token is too large'
export const ENCRYPTED = 'Encrypted access tokens are not supported'
export const PARAMETER = 'The access token has a header parameter that is not supported'
export const ALGORITHM = 'The access token is signed with an algorithm that is not allowed'
export const NO_KEY_ID = 'The access token does not say which key signed it'
export const UNKNOWN_KEY = 'The access token is signed with an unknown key'
export const UNSUITABLE_KEY = 'The access token is signed with a key that is not suitable'
export const SIGNATURE = 'The signature of the access token is invalid'
export const NOT_ACCESS = 'The token is not an access token'
export const BOUND = 'The access token is bound to a key and may not be used as a bearer token'
export const NO_ISSUER = 'The access token does not name its issuer'
export const OTHER_ISSUER = 'The access token was issued by another authorization server'
export const NO_AUDIENCE = 'The access token does not name its audience'
export const OTHER_AUDIENCE = 'The access token was issued for another audience'
export const NO_EXPIRY = 'The access token has no expiry'
export const EXPIRED = 'The access token has expired'
export const NOT_YET = 'The access token is not yet valid'
export const FUTURE = 'The access token was issued in the future'
export const TOO_OLD = 'The access token was issued too long ago'
export const CLAIM = 'A claim of the access token has the wrong form'
export const OTHER_CLIENT = 'The access token was issued to a client that is not allowed'

export const HEADER = 'The Authorization header is malformed'
export const TWO_HEADERS = 'The request carries more than one Authorization header'
export const TWO_TOKENS = 'The request carries an access token in more than one place'
export const IN_QUERY = 'Access tokens are not accepted in the query string'

export const BARE = 'Bearer realm="api"'
export const invalidToken = (description: string): string =>
  `${BARE}, error="invalid_token", error_description="${description}"`
export const invalidRequest = (description: string): string =>
  `${BARE}, error="invalid_request", error_description="${description}"`
export const insufficientScope = (scope: string): string =>
  `${BARE}, error="insufficient_scope", error_description="The access token lacks a scope that is required", scope="${scope}"`
export const INSUFFICIENT_CLAIM = `${BARE}, error="insufficient_scope", error_description="The access token lacks a claim that is required"`
