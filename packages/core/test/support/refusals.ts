import {
  ERROR_CATALOGUE,
  type InsufficientScopeCode,
  type InsufficientUserAuthenticationCode,
  type InvalidProofCode,
  type InvalidRequestCode,
  type InvalidTokenCode,
  type MissingTokenCode,
  type ProofNonceCode,
  type UnavailableCode,
} from '../../src/refusal/codes.ts'
import {
  AuthorizationServerUnavailableError,
  InsufficientScopeError,
  InsufficientUserAuthenticationError,
  InvalidProofError,
  InvalidRequestError,
  InvalidTokenError,
  MissingTokenError,
  ProofNonceError,
} from '../../src/refusal/errors.ts'
import type { ResourceServerError } from '../../src/refusal/resource-server-error.ts'

type RefusalName = Exclude<keyof typeof ERROR_CATALOGUE, 'ConfigurationError'>

interface RefusalClass {
  readonly status: number
  readonly error: string | undefined
  readonly create: (code: string) => ResourceServerError
}

const classes: Readonly<Record<RefusalName, RefusalClass>> = {
  MissingTokenError: {
    status: 401,
    error: undefined,
    create: (code) => new MissingTokenError(code as MissingTokenCode),
  },
  InvalidRequestError: {
    status: 400,
    error: 'invalid_request',
    create: (code) => new InvalidRequestError(code as InvalidRequestCode),
  },
  InvalidTokenError: {
    status: 401,
    error: 'invalid_token',
    create: (code) => new InvalidTokenError(code as InvalidTokenCode),
  },
  InvalidProofError: {
    status: 401,
    error: 'invalid_dpop_proof',
    create: (code) => new InvalidProofError(code as InvalidProofCode),
  },
  ProofNonceError: {
    status: 401,
    error: 'use_dpop_nonce',
    create: (code) => new ProofNonceError(code as ProofNonceCode),
  },
  InsufficientScopeError: {
    status: 403,
    error: 'insufficient_scope',
    create: (code) => new InsufficientScopeError(code as InsufficientScopeCode, 'scopes', ['a']),
  },
  InsufficientUserAuthenticationError: {
    status: 401,
    error: 'insufficient_user_authentication',
    create: (code) =>
      new InsufficientUserAuthenticationError(
        code as InsufficientUserAuthenticationCode,
        'authentication.acrValues',
        { acrValues: ['phr'], maxAge: 60 },
      ),
  },
  AuthorizationServerUnavailableError: {
    status: 503,
    error: undefined,
    create: (code) => new AuthorizationServerUnavailableError(code as UnavailableCode, 1),
  },
}

/** Every refusal that there is: its class, code, text and status, and a function that creates it. */
export const REFUSALS: readonly (RefusalClass & {
  readonly name: RefusalName
  readonly code: string
  readonly text: string
})[] = (Object.keys(classes) as RefusalName[]).flatMap((name) =>
  Object.entries(ERROR_CATALOGUE[name]).map(([code, text]) => ({ name, code, text, ...classes[name] })),
)
