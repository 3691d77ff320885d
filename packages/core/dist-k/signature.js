// By name, so that fake timers in tests, which replace the global one, do not hold it up.
import { setImmediate } from 'node:timers';
import { flattenedVerify } from 'jose/jws/flattened/verify';
import { InvalidTokenError } from './errors.js';
let turn;
/**
 * The end of this turn of the event loop. What is waiting goes to the thread pool together: to wake the pool for
 * one signature at a time costs the main thread half as much again as the rest of a verification.
 */
function endOfTurn() {
    turn ??= new Promise((resolve) => {
        setImmediate(() => {
            turn = undefined;
            resolve();
        });
    });
    return turn;
}
/**
 * Verifies the signature with the first of the candidate keys that fits: the only place that does so.
 *
 * @returns the key that verified it
 * @throws {InvalidTokenError} `signature_invalid`, or `key_unsuitable` where no candidate can be used
 * @see RFC 7515 §5.2
 */
export async function verifySignature(token, candidates) {
    const [protectedHeader, payload, signature] = token.segments;
    await endOfTurn();
    let tried = 0;
    for (const candidate of candidates) {
        const material = await candidate.material();
        if (material === undefined)
            continue;
        tried++;
        try {
            await flattenedVerify({ protected: protectedHeader, payload, signature }, material, {
                algorithms: [token.unverifiedHeader.alg],
            });
            return candidate;
        }
        catch {
            // The next candidate may fit; jose's error would say no more than that this one does not.
        }
    }
    throw new InvalidTokenError(tried === 0 ? 'key_unsuitable' : 'signature_invalid');
}
//# sourceMappingURL=signature.js.map