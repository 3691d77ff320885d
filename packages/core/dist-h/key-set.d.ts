import type { IssuerConfiguration } from './issuer-options.ts';
import type { IssuerStatus } from './issuer-status.ts';
import { type VerificationKey } from './verification-key.ts';
export type { IssuerStatus } from './issuer-status.ts';
type Keys = readonly VerificationKey[];
/** One issuer's keys: fresh, due, stale or out of reach; see the state diagram in ARCHITECTURE.md. */
export declare class IssuerKeys {
    #private;
    readonly configuration: IssuerConfiguration;
    constructor(configuration: IssuerConfiguration);
    /**
     * Whether the known keys may be used at this time (milliseconds); starts a refresh in the background when
     * one is due, and never waits.
     *
     * @throws {AuthorizationServerUnavailableError} `verifier_closed`
     */
    usable(now: number): boolean;
    /**
     * The keys that may have signed a token, at once where they are known.
     *
     * @throws {InvalidTokenError} `key_unknown`, `key_unsuitable`
     * @throws {AuthorizationServerUnavailableError} it cannot be said now
     */
    candidates(kid: string | undefined, algorithm: string): Keys | Promise<Keys>;
    /** For a token without `kid` that no known key verified: looks once whether newer keys are there. */
    newerCandidates(tried: Keys, algorithm: string): Promise<Keys>;
    /** Resolves once keys are known. */
    ready(): Promise<void>;
    status(): IssuerStatus;
    /** Ends timers and exchanges; from now on nothing is judged. */
    close(): void;
}
//# sourceMappingURL=key-set.d.ts.map