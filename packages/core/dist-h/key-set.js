import { channels } from './diagnostics.js';
import { KeyLocation } from './discovery.js';
import { AuthorizationServerUnavailableError, InvalidTokenError, RemoteDocumentError } from './errors.js';
import { fetchJwkSet } from './jwk-set.js';
import { refuse } from './option-checks.js';
import { Backoff, freshnessDuration, UnknownKeyGate } from './refresh-policy.js';
import { readKeys } from './verification-key.js';
/** A token without `kid` is remembered under this name, which no `kid` has. */
const NO_KEY_ID = '';
/** One issuer's keys: fresh, due, stale or out of reach; see the state diagram in ARCHITECTURE.md. */
export class IssuerKeys {
    configuration;
    #ring;
    #fetchedAt;
    #freshUntil = 0;
    #staleUntil = 0;
    #lastError;
    #inFlight;
    #abort;
    #timer;
    #closed = false;
    #location;
    #backoff = new Backoff();
    #gate;
    constructor(configuration) {
        this.configuration = configuration;
        this.#location = new KeyLocation(configuration);
        this.#gate = new UnknownKeyGate(configuration.cooldownDuration);
        if (configuration.jwks === undefined)
            return;
        this.#ring = readKeys(configuration.jwks, configuration.algorithms);
        if (this.#ring === undefined || this.#ring.all.length === 0) {
            refuse('option_invalid', 'jwks', 'jwks holds no public signature key of an allowed algorithm (RFC 7517)');
        }
        this.#freshUntil = Number.POSITIVE_INFINITY;
        this.#staleUntil = Number.POSITIVE_INFINITY;
    }
    /**
     * Whether the known keys may be used at this time (milliseconds); starts a refresh in the background when
     * one is due, and never waits.
     *
     * @throws {AuthorizationServerUnavailableError} `verifier_closed`
     */
    usable(now) {
        if (this.#closed)
            throw new AuthorizationServerUnavailableError('verifier_closed', 1);
        if (this.#ring === undefined)
            return false;
        if (now < this.#freshUntil)
            return true;
        if (!this.#backoff.isWaiting(now))
            void this.#refresh('due');
        return now < this.#staleUntil;
    }
    /**
     * The keys that may have signed a token, at once where they are known.
     *
     * @throws {InvalidTokenError} `key_unknown`, `key_unsuitable`
     * @throws {AuthorizationServerUnavailableError} it cannot be said now
     */
    candidates(kid, algorithm) {
        const { clock } = this.configuration;
        if (!this.usable(clock()))
            return this.#load('first_use').then(() => this.#known(kid, algorithm) ?? this.#seek(kid, algorithm));
        return this.#known(kid, algorithm) ?? this.#seek(kid, algorithm);
    }
    /** For a token without `kid` that no known key verified: looks once whether newer keys are there. */
    async newerCandidates(tried, algorithm) {
        const found = await this.#seek(undefined, algorithm, tried);
        return found.filter((key) => !tried.includes(key));
    }
    /** Resolves once keys are known. */
    async ready() {
        if (!this.usable(this.configuration.clock()))
            await this.#load('first_use');
    }
    status() {
        const now = this.configuration.clock();
        const live = this.configuration.jwks === undefined && !this.#closed;
        return {
            issuer: this.configuration.issuer,
            ready: !this.#closed && this.#ring !== undefined && now < this.#staleUntil,
            keys: this.#ring?.all.length ?? 0,
            age: this.#fetchedAt === undefined ? undefined : now - this.#fetchedAt,
            nextRefresh: live && this.#dueAt > 0 ? this.#dueAt : undefined,
            lastError: this.#lastError,
        };
    }
    /** Ends timers and exchanges; from now on nothing is judged. */
    close() {
        this.#closed = true;
        clearTimeout(this.#timer);
        const { issuer } = this.configuration;
        this.#abort?.abort(new RemoteDocumentError('network', issuer, `${issuer}: the verifier was closed`));
    }
    get #dueAt() {
        return this.#backoff.failing ? this.#backoff.until : this.#freshUntil;
    }
    #known(kid, algorithm) {
        const ring = this.#ring;
        const found = ring.candidates(kid, algorithm);
        if (found.length > 0)
            return found;
        if (kid !== undefined && ring.knows(kid))
            throw new InvalidTokenError('key_unsuitable');
        if (this.configuration.jwks !== undefined)
            throw new InvalidTokenError('key_unknown');
        return undefined;
    }
    /** One shared, rate-limited fetch on account of a key that is not known. */
    async #seek(kid, algorithm, tried) {
        const { clock } = this.configuration;
        const name = kid === undefined ? NO_KEY_ID : `kid ${kid}`;
        const refuseUnknown = () => {
            // While the server is out of reach the key may be genuine: that is said before "unknown".
            if (this.#backoff.failing)
                throw this.#unavailable();
            throw new InvalidTokenError(tried === undefined ? 'key_unknown' : 'signature_invalid');
        };
        const brought = () => {
            const found = this.#known(kid, algorithm);
            return tried === undefined || found?.some((key) => !tried.includes(key)) ? found : undefined;
        };
        if (this.configuration.jwks !== undefined || this.#gate.remembers(name, clock()))
            return refuseUnknown();
        if (this.#inFlight !== undefined) {
            // It may have begun before the rotation, so that what it brings is not the last word.
            await this.#load('unknown_key');
            const found = brought();
            if (found !== undefined)
                return found;
        }
        if (!this.#backoff.failing && !this.#gate.isOpen(clock()))
            return refuseUnknown();
        await this.#load('unknown_key');
        const found = brought();
        if (found !== undefined)
            return found;
        this.#gate.remember(name, clock());
        return refuseUnknown();
    }
    #unavailable() {
        if (this.#closed)
            return new AuthorizationServerUnavailableError('verifier_closed', 1);
        const code = this.#location.isKnown ? 'keys_unavailable' : 'metadata_unavailable';
        const wait = (this.#backoff.until - this.configuration.clock()) / 1_000;
        return new AuthorizationServerUnavailableError(code, wait, this.#lastError);
    }
    /** Waits for a refresh, its own or the one under way. */
    async #load(reason) {
        const waits = this.#inFlight === undefined && this.#backoff.isWaiting(this.configuration.clock());
        if (this.#closed || waits)
            throw this.#unavailable();
        const error = await this.#refresh(reason);
        if (error !== undefined)
            throw this.#unavailable();
    }
    /** One refresh at a time; never rejects. */
    #refresh(reason) {
        this.#inFlight ??= this.#exchange(reason).finally(() => {
            this.#inFlight = undefined;
            this.#schedule();
        });
        return this.#inFlight;
    }
    async #exchange(reason) {
        const { issuer, timeoutDuration, clock } = this.configuration;
        if (channels.refreshStarted.hasSubscribers)
            channels.refreshStarted.publish({ issuer, reason });
        const abort = new AbortController();
        this.#abort = abort;
        const timer = setTimeout(() => abort.abort(), timeoutDuration).unref();
        try {
            await this.#fetchKeys(reason, abort.signal);
            this.#backoff.succeeded();
            this.#lastError = this.#location.lastError;
            return undefined;
        }
        catch (cause) {
            const error = cause instanceof RemoteDocumentError
                ? cause
                : new RemoteDocumentError('network', issuer, `${issuer}: the keys could not be fetched`, { cause });
            const cold = this.#ring === undefined || clock() >= this.#staleUntil;
            this.#lastError = error;
            this.#backoff.failed(clock(), cold, error.retryAfter);
            if (channels.refreshFailed.hasSubscribers)
                channels.refreshFailed.publish({ issuer, reason, error });
            return error;
        }
        finally {
            clearTimeout(timer);
            this.#abort = undefined;
        }
    }
    async #fetchKeys(reason, signal) {
        const { issuer, fetch, allowInsecureHttp, algorithms, clock, cacheMaxAge, staleIfError } = this.configuration;
        const options = { fetch, allowInsecureHttp, signal };
        const address = await this.#location.jwksUri(options);
        const set = fetchJwkSet(address, options, algorithms, this.#ring);
        set.catch(() => this.#location.doubt());
        const { ring, maxAge } = await set;
        const { added, withdrawn } = this.#replace(ring);
        const now = clock();
        this.#fetchedAt = now;
        this.#freshUntil = now + freshnessDuration(maxAge, cacheMaxAge);
        this.#staleUntil = this.#freshUntil + staleIfError;
        if (reason === 'unknown_key')
            this.#gate.fetched(now, added > 0);
        const keys = ring.all.length;
        if (channels.refreshSucceeded.hasSubscribers)
            channels.refreshSucceeded.publish({ issuer, reason, keys, added, withdrawn });
        if (added + withdrawn > 0 && channels.keysRotated.hasSubscribers)
            channels.keysRotated.publish({ issuer, added, withdrawn });
    }
    /** From here on what is no longer published verifies nothing, cached tokens included. */
    #replace(ring) {
        const before = new Set(this.#ring?.all);
        const after = new Set(ring.all);
        let withdrawn = 0;
        for (const key of before) {
            if (after.has(key))
                continue;
            key.current = false;
            withdrawn++;
        }
        this.#ring = ring;
        return { added: ring.all.filter((key) => !before.has(key)).length, withdrawn };
    }
    /** The next refresh comes by itself, so that an idle API neither trusts withdrawn keys nor stays down. */
    #schedule() {
        if (this.#closed)
            return;
        clearTimeout(this.#timer);
        const { clock } = this.configuration;
        const { failing } = this.#backoff;
        const due = this.#dueAt;
        const wait = Math.min(Math.max(due - clock(), 100), 2_147_483_647);
        this.#timer = setTimeout(() => {
            if (clock() >= due)
                void this.#refresh(failing ? 'retry' : 'due');
            else
                this.#schedule();
        }, wait).unref();
    }
}
//# sourceMappingURL=key-set.js.map