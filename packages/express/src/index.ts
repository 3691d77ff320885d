/** Express middleware that protects an API with OAuth 2.0 access tokens. */
import type { RequestAuth } from './types.ts'

export * from './no-globals.ts'

declare global {
  namespace Express {
    interface Request {
      /** The verified access token of this request. `oktaAuth()` sets it. */
      auth: RequestAuth
    }
  }
}
