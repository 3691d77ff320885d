import type { Configuration } from '../options/options.ts'
import type { Scheme, UsedCredentials } from '../refusal/challenge.ts'
import { AuthorizationServerUnavailableError, MissingTokenError } from '../refusal/errors.ts'
import { ignoreRejection } from '../stores/time-limit.ts'
import { type Credentials, parseCredentials, schemeOf } from './credentials.ts'
import { type RequestLike, requestWithHeaders, sentHeader } from './request.ts'

/** What the checks after that of possession need of a DPoP proof. */
export interface UsedProof {
  readonly jti: string
  /** Seconds since the epoch. */
  readonly iat: number
  /** Seconds since the epoch. RFC 9449 asks for neither, but a JWT that has them is bound by them. */
  readonly exp: number | undefined
  readonly nbf: number | undefined
  readonly nonce: string | undefined
}

/** What the request that has opened a connection has proved for the messages on it. */
export interface Opening {
  /** Thumbprint of the DPoP key; `undefined` if nothing was proved by DPoP. */
  readonly jkt: string | undefined
}

/** One use of a token: the request that brings it. A bare token has no request. Nor has a use that many requests share. */
export class Use implements UsedCredentials {
  readonly request: RequestLike | undefined
  readonly scheme: Scheme
  readonly configuration: Configuration
  /** The Authorization header; without a request, the token. */
  readonly text: string
  /** The requirements of this call. Guards that come later have their own. */
  readonly requirements: object | undefined
  /** For a message on the connection that the request has opened. */
  readonly opening: Opening | undefined
  readonly #proofText: string | undefined
  /** The DPoP proof, from when possession of its key is proved until it is claimed. */
  proof: UsedProof | undefined
  /** The claim of the proof, if it was started before its turn. */
  claim: Promise<void> | undefined
  /** A nonce for the next DPoP proof, if the client needs one now or soon. */
  newNonce: string | undefined

  constructor(
    request: RequestLike | undefined,
    text: string,
    configuration: Configuration,
    requirements?: object,
    opening?: Opening,
  ) {
    this.request = request
    this.text = text
    this.requirements = requirements
    this.opening = opening
    this.scheme = request === undefined ? 'Bearer' : schemeOf(text)
    this.#proofText = this.scheme === 'DPoP' ? proofHeader(request as RequestLike) : undefined
    this.configuration = configuration
  }

  /** The token, once it is verified: the header was parsed then, by this use or by one with the same text. */
  get verifiedToken(): string {
    return this.text.slice(this.text.lastIndexOf(' ') + 1)
  }

  /** Parsed when it is needed, which a bearer token from the cache does not. */
  get credentials(): Credentials {
    if (this.request === undefined) return { scheme: 'Bearer', token: this.text }
    const credentials = parseCredentials(this.text, this.configuration.maxTokenSize)
    if (credentials.scheme === 'DPoP' && this.configuration.dpop.mode === 'disabled') {
      throw new MissingTokenError('unsupported_scheme')
    }
    return credentials
  }

  /**
   * The issuer that is asked about an opaque token, if a function chooses it. The name is empty if it chooses none.
   *
   * @throws {AuthorizationServerUnavailableError} `issuer_unavailable`: the function throws, or returns something else
   */
  chooseIssuer(): string | undefined {
    const { chooseIssuer } = this.configuration
    if (this.request === undefined || chooseIssuer === undefined) return undefined
    let chosen: unknown
    try {
      chosen = chooseIssuer(this.request) ?? ''
    } catch {
      // What it throws may contain parts of the request.
      throw choiceFailed('threw an error; log it there')
    }
    ignoreRejection(chosen)
    if (typeof chosen !== 'string') throw choiceFailed('must return a string or undefined, not a promise')
    return chosen
  }

  /** Whether a request has the same credentials, so that what was decided about this use applies to it. */
  isRepeatedBy(request: RequestLike, header: string): boolean {
    return this.text === header && (this.#proofText === undefined || proofHeader(request) === this.#proofText)
  }
}

function choiceFailed(what: string): AuthorizationServerUnavailableError {
  const cause = new Error(`the function chooseIssuer ${what}`)
  return new AuthorizationServerUnavailableError('issuer_unavailable', 1, cause)
}

function proofHeader(request: RequestLike): string {
  return String(sentHeader(requestWithHeaders(request), 'dpop'))
}
