import { LRUCache } from 'lru-cache';
const FRESH_AT_LEAST = 60_000;
const FIRST_RETRY = 1_000;
/** With no key known each failed second costs requests, so retries stay close together. */
const LONGEST_RETRY_COLD = 8_000;
const LONGEST_RETRY_WARM = 60_000;
const LONGEST_RETRY_AFTER = 300_000;
/** Fetches on account of unknown key ids within one cooldown, where each brings a new key. */
const MOST_FETCHES = 5;
/** Those among them that may bring nothing: a stray token must not use up the turn of a rotation. */
const MOST_FRUITLESS = 2;
const UNKNOWN_KEYS_REMEMBERED = 1_000;
/**
 * Milliseconds that keys are fresh: what the server says (seconds), but no less than a minute, since Okta and
 * others have sent `no-store`, and no more than the ceiling, behind which an emergency rotation would hide.
 */
export function freshnessDuration(maxAge, ceiling) {
    return Math.min(maxAge === undefined ? ceiling : Math.max(maxAge * 1_000, FRESH_AT_LEAST), ceiling);
}
/** Milliseconds until the next try: doubling, with jitter between a half and the whole, and never before `Retry-After`. */
export function retryDelay(failures, cold, retryAfter) {
    const longest = cold ? LONGEST_RETRY_COLD : LONGEST_RETRY_WARM;
    const backoff = Math.min(FIRST_RETRY * 2 ** Math.min(failures - 1, 10), longest) * (0.5 + Math.random() / 2);
    return Math.max(backoff, Math.min((retryAfter ?? 0) * 1_000, LONGEST_RETRY_AFTER));
}
/** Failures in a row, and the time before which no other try is made. */
export class Backoff {
    #failures = 0;
    #until = 0;
    /** Whether the last try failed. */
    get failing() {
        return this.#failures > 0;
    }
    /** When the next try may come, milliseconds since the epoch; 0 when the last one went well. */
    get until() {
        return this.#until;
    }
    isWaiting(now) {
        return now < this.#until;
    }
    succeeded() {
        this.#failures = 0;
        this.#until = 0;
    }
    failed(now, cold, retryAfter) {
        this.#failures++;
        this.#until = now + retryDelay(this.#failures, cold, retryAfter);
    }
}
/**
 * Says when an unknown key id may cause a fetch.
 *
 * Fetches that bring a new key leave the gate open for the next rotation, up to a few within one cooldown: a
 * server that makes keys up must not be hammered either. Those that bring nothing close it sooner. What a
 * fetch did not bring is remembered, so that one token sent again and again takes one turn only; never for longer
 * than the cooldown, since a key id may be guessed before it is published.
 */
export class UnknownKeyGate {
    #cooldown;
    #remembered = new LRUCache({ max: UNKNOWN_KEYS_REMEMBERED });
    #windowEnds = 0;
    #fetches = 0;
    #fruitless = 0;
    constructor(cooldown) {
        this.#cooldown = cooldown;
    }
    isOpen(now) {
        return now >= this.#windowEnds || (this.#fetches < MOST_FETCHES && this.#fruitless < MOST_FRUITLESS);
    }
    remembers(kid, now) {
        const until = this.#remembered.get(kid);
        return until !== undefined && now < until;
    }
    remember(kid, now) {
        this.#remembered.set(kid, now + this.#cooldown);
    }
    fetched(now, broughtKeys) {
        if (now >= this.#windowEnds) {
            this.#windowEnds = now + this.#cooldown;
            this.#fetches = 0;
            this.#fruitless = 0;
        }
        this.#fetches++;
        if (!broughtKeys)
            this.#fruitless++;
    }
}
//# sourceMappingURL=refresh-policy.js.map