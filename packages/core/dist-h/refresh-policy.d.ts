/**
 * Milliseconds that keys are fresh: what the server says (seconds), but no less than a minute, since Okta and
 * others have sent `no-store`, and no more than the ceiling, behind which an emergency rotation would hide.
 */
export declare function freshnessDuration(maxAge: number | undefined, ceiling: number): number;
/** Milliseconds until the next try: doubling, with jitter between a half and the whole, and never before `Retry-After`. */
export declare function retryDelay(failures: number, cold: boolean, retryAfter: number | undefined): number;
/** Failures in a row, and the time before which no other try is made. */
export declare class Backoff {
    #private;
    /** Whether the last try failed. */
    get failing(): boolean;
    /** When the next try may come, milliseconds since the epoch; 0 when the last one went well. */
    get until(): number;
    isWaiting(now: number): boolean;
    succeeded(): void;
    failed(now: number, cold: boolean, retryAfter: number | undefined): void;
}
/**
 * Says when an unknown key id may cause a fetch.
 *
 * Fetches that bring a new key leave the gate open for the next rotation, up to a few within one cooldown: a
 * server that makes keys up must not be hammered either. Those that bring nothing close it sooner. What a
 * fetch did not bring is remembered, so that one token sent again and again takes one turn only; never for longer
 * than the cooldown, since a key id may be guessed before it is published.
 */
export declare class UnknownKeyGate {
    #private;
    constructor(cooldown: number);
    isOpen(now: number): boolean;
    remembers(kid: string, now: number): boolean;
    remember(kid: string, now: number): void;
    fetched(now: number, broughtKeys: boolean): void;
}
//# sourceMappingURL=refresh-policy.d.ts.map