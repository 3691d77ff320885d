import { authorizationHeader, tokenIn } from './authorization-header.js';
import { checkClaims, checkTimes, clientIdOf, scopesOf, timesOf } from './claims.js';
import { decodeUnverified, LONGEST_TOKEN } from './decode.js';
import { deepFreeze } from './deep-freeze.js';
import { channels } from './diagnostics.js';
import { InvalidTokenError, ResourceServerError } from './errors.js';
import { IssuerKeys } from './key-set.js';
import { configure } from './options.js';
import { profileOf } from './profiles/profile.js';
import { checkRequirements } from './requirements.js';
import { verifySignature } from './signature.js';
import { TokenCache } from './token-cache.js';
function verifiedAccessToken({ unverifiedHeader, unverifiedClaims }) {
    const claims = unverifiedClaims;
    return Object.freeze({
        claims: deepFreeze(claims),
        header: unverifiedHeader,
        scopes: Object.freeze(scopesOf(unverifiedClaims)),
        issuer: claims.iss,
        subject: claims.sub,
        clientId: clientIdOf(unverifiedClaims),
        expiresAt: claims.exp,
    });
}
/** Requirements are judged for each request, never cached. */
function accept(verified, requirements, cached) {
    if (requirements !== undefined)
        checkRequirements(verified, requirements);
    if (channels.tokenAccepted.hasSubscribers)
        channels.tokenAccepted.publish({ issuer: verified.issuer, cached });
    return verified;
}
function refused(error) {
    if (channels.tokenRefused.hasSubscribers && error instanceof ResourceServerError) {
        channels.tokenRefused.publish({ code: error.code });
    }
    throw error;
}
class Verifier {
    #issuers;
    #cache;
    /** Verifications under way, by token: the same token is verified once however many requests bring it. */
    #pending = new Map();
    constructor(configuration) {
        this.#issuers = new Map([...configuration.issuers].map(([issuer, own]) => [issuer, new IssuerKeys(own)]));
        this.#cache = configuration.tokenCacheMax === 0 ? undefined : new TokenCache(configuration.tokenCacheMax);
    }
    async verify(token, requirements) {
        try {
            return await this.#judge(token, requirements);
        }
        catch (error) {
            return refused(error);
        }
    }
    async authenticate(request, requirements) {
        return this.decide(request, requirements);
    }
    decide(request, requirements) {
        try {
            const header = authorizationHeader(request);
            const known = this.#recent(header);
            if (known !== undefined)
                return accept(known, requirements, true);
            const token = tokenIn(header);
            const decision = this.#judge(token, requirements);
            if (decision instanceof Promise)
                return decision.catch(refused);
            this.#cache?.rememberHeader(header, token);
            return decision;
        }
        catch (error) {
            return refused(error);
        }
    }
    async ready() {
        await Promise.all([...this.#issuers.values()].map((keys) => keys.ready()));
    }
    status() {
        const issuers = [...this.#issuers.values()].map((keys) => keys.status());
        return { ready: issuers.every(({ ready }) => ready), issuers };
    }
    close() {
        for (const keys of this.#issuers.values())
            keys.close();
        this.#cache?.clear();
    }
    #judge(token, requirements) {
        const found = this.#verified(token);
        if (!(found instanceof Promise))
            return accept(found, requirements, true);
        return found.then((verified) => accept(verified, requirements, false));
    }
    #verified(token) {
        if (typeof token !== 'string')
            throw new InvalidTokenError('token_malformed');
        // Before anything is done with it: megabytes cost, whatever is done with them.
        if (token.length > LONGEST_TOKEN)
            throw new InvalidTokenError('token_too_large');
        const hit = this.#cache?.get(token);
        if (hit !== undefined) {
            if (this.#holds(hit))
                return hit.verified;
            this.#cache?.delete(token);
        }
        const pending = this.#pending.get(token);
        if (pending !== undefined)
            return pending;
        const verification = this.#verifyAnew(token).finally(() => this.#pending.delete(token));
        this.#pending.set(token, verification);
        return verification;
    }
    /** What is known by the text of the token, or of the header around it. */
    #recent(text) {
        const known = this.#cache?.recent(text);
        return known !== undefined && this.#holds(known) ? known.verified : undefined;
    }
    /** Whether a cached token still holds: its key in the current set, the set in use, the times. */
    #holds(known) {
        const { key, keys } = known;
        const now = keys.configuration.clock();
        if (!keys.usable(now) || !key.current)
            return false;
        checkTimes(known, now / 1_000, keys.configuration);
        return true;
    }
    /** The cheap refusals, thrown at once; then key, signature and claims. */
    #verifyAnew(token) {
        const unverified = decodeUnverified(token);
        const keys = this.#issuerOf(unverified);
        const { alg, kid } = unverified.unverifiedHeader;
        const { configuration } = keys;
        if (!configuration.algorithms.has(alg))
            throw new InvalidTokenError('algorithm_not_allowed');
        const times = timesOf(unverified.unverifiedClaims);
        checkTimes(times, configuration.clock() / 1_000, configuration);
        const profile = profileOf(unverified, configuration.profiles);
        if (profile === undefined)
            throw new InvalidTokenError('not_an_access_token');
        if (profile.demandsKeyId && kid === undefined)
            throw new InvalidTokenError('key_id_missing');
        const candidates = keys.candidates(kid, alg);
        return this.#verifyWith(unverified, keys, candidates, configuration).then(({ verified, key }) => {
            this.#cache?.set(token, { verified, key, keys, ...times });
            return verified;
        });
    }
    async #verifyWith(unverified, keys, candidates, configuration) {
        const tried = candidates instanceof Promise ? await candidates : candidates;
        const { alg, kid } = unverified.unverifiedHeader;
        let key;
        try {
            key = await verifySignature(unverified, tried);
        }
        catch (error) {
            if (kid !== undefined)
                throw error;
            key = await verifySignature(unverified, await keys.newerCandidates(tried, alg));
        }
        checkClaims(unverified.unverifiedClaims, configuration);
        return { verified: verifiedAccessToken(unverified), key };
    }
    #issuerOf({ unverifiedClaims: { iss } }) {
        if (iss === undefined)
            throw new InvalidTokenError('issuer_missing');
        const keys = typeof iss === 'string' ? this.#issuers.get(iss) : undefined;
        if (keys === undefined)
            throw new InvalidTokenError('issuer_not_allowed');
        return keys;
    }
}
/**
 * Makes a verifier; nothing is fetched before `ready()` or the first token.
 *
 * @throws {ConfigurationError} an option is missing, wrong or unknown; the message says which and what to do
 */
export function createAccessTokenVerifier(options) {
    return new Verifier(configure(options));
}
//# sourceMappingURL=verifier.js.map