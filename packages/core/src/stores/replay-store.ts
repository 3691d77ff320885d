/** One use of a DPoP proof. */
export interface ReplayUse {
  /** Base64url digest of `jkt` and `jti`. */
  readonly key: string
  /** Digest of the issuer and client of the token. */
  readonly client: string
  /** Thumbprint of the proof key (`jkt`). */
  readonly thumbprint: string
  /** Milliseconds for which the use has to be remembered, more than 0. */
  readonly timeToLive: number
}

/** Remembers which DPoP proofs were used. */
export interface ReplayStore {
  /**
   * Claims a use, atomically.
   *
   * @returns `true` for the first use, `false` for a replay
   */
  claim(use: ReplayUse): boolean | Promise<boolean>
}
