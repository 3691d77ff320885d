import { channels } from './diagnostics.js';
import { RemoteDocumentError } from './errors.js';
import { isLoopback } from './option-checks.js';
/** Bytes of the longest document that is read, after decompression. */
const LARGEST_DOCUMENT = 1_048_576;
const MOST_REDIRECTS = 3;
const JSON_TYPE = /^(application\/([\w.+-]+\+)?json|text\/plain)\s*(;|$)/i;
/** The address as it may be logged: no credentials, no query, no fragment. */
function printable(url) {
    return `${url.origin}${url.pathname}`;
}
/** RFC 9110 §10.2.3: seconds or a date, which is read against the server's own clock where it shows that. */
function retryAfterSeconds(headers) {
    const value = headers.get('retry-after');
    if (value === null)
        return undefined;
    const theirs = Date.parse(headers.get('date') ?? '');
    const now = Number.isNaN(theirs) ? Date.now() : theirs;
    const seconds = /^\d{1,9}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - now) / 1_000;
    return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
/** RFC 9111 §5.2.2 and §4.2.3. */
function maxAgeSeconds(headers) {
    const control = headers.get('cache-control');
    if (control === null)
        return undefined;
    if (/(^|[\s,])no-(store|cache)\b/i.test(control))
        return 0;
    const found = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(control)?.[1];
    if (found === undefined)
        return undefined;
    const age = Number(headers.get('age') ?? 0);
    return Math.max(0, Number(found) - (Number.isFinite(age) && age > 0 ? age : 0));
}
/** https, or http where loopback or an option allows it; nothing else is ever opened. */
export function isFetchable(url, allowInsecureHttp) {
    return (url.protocol === 'https:' || (url.protocol === 'http:' && (allowInsecureHttp || isLoopback(url.hostname))));
}
async function readBounded(response, signal, fail) {
    const tooLarge = () => fail('too_large', `the answer is larger than ${LARGEST_DOCUMENT} bytes`);
    if (Number(response.headers.get('content-length') ?? 0) > LARGEST_DOCUMENT)
        throw tooLarge();
    if (response.body === null)
        return '';
    const reader = response.body.getReader();
    // A custom fetch may take no notice of the signal; its connection must not stay open for ever.
    const stop = () => void reader.cancel().catch(() => { });
    signal.addEventListener('abort', stop, { once: true });
    try {
        const chunks = [];
        let size = 0;
        for (;;) {
            const { done, value } = await reader.read();
            signal.throwIfAborted();
            if (done)
                return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
            size += value.byteLength;
            if (size > LARGEST_DOCUMENT)
                throw tooLarge();
            chunks.push(value);
        }
    }
    finally {
        signal.removeEventListener('abort', stop);
        stop();
    }
}
/** Gives the connection back without reading on. */
function discard(response) {
    response.body?.cancel().catch(() => { });
}
/** Waits for `work`, but no longer than the signal allows, even where a custom fetch takes no notice of it. */
async function bounded(work, signal) {
    let onAbort;
    const aborted = new Promise((_, reject) => {
        onAbort = () => reject(signal.reason);
        if (signal.aborted)
            onAbort();
        else
            signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
        return await Promise.race([work, aborted]);
    }
    finally {
        if (onAbort !== undefined)
            signal.removeEventListener('abort', onAbort);
    }
}
async function exchange(address, options) {
    let url = new URL(address);
    for (let redirects = 0;; redirects++) {
        const here = url;
        const shown = printable(here);
        const fail = (code, what, details) => new RemoteDocumentError(code, shown, `${shown}: ${what}`, details);
        if (!isFetchable(here, options.allowInsecureHttp))
            throw fail('insecure_url', 'only https is fetched');
        let response;
        try {
            const work = options.fetch(here.href, {
                method: 'GET',
                headers: { accept: 'application/json, application/jwk-set+json;q=0.9' },
                redirect: 'manual',
                signal: options.signal,
            });
            work.then((late) => options.signal.aborted && discard(late)).catch(() => { });
            response = await bounded(work, options.signal);
            const { status, headers } = response;
            const location = headers.get('location');
            if (status >= 300 && status < 400 && location !== null) {
                const target = URL.canParse(location, here.href) ? new URL(location, here.href) : undefined;
                if (target?.origin !== here.origin)
                    throw fail('redirect_refused', 'redirects to another origin', { status });
                if (redirects >= MOST_REDIRECTS)
                    throw fail('redirect_refused', 'redirects too often', { status });
                discard(response);
                url = target;
                continue;
            }
            if (status !== 200) {
                throw fail('http_status', `answered ${status}`, { status, retryAfter: retryAfterSeconds(headers) });
            }
            if (!JSON_TYPE.test(headers.get('content-type') ?? '')) {
                throw fail('content_type', 'the answer is not JSON by its content type', { status });
            }
            const text = await bounded(readBounded(response, options.signal, fail), options.signal);
            let json;
            try {
                json = JSON.parse(text);
            }
            catch {
                throw fail('invalid_json', 'the answer is not valid JSON', { status });
            }
            return { json, maxAge: maxAgeSeconds(headers) };
        }
        catch (error) {
            if (response !== undefined)
                discard(response);
            if (error instanceof RemoteDocumentError)
                throw error;
            if (options.signal.aborted)
                throw fail('timeout', 'no answer within the time limit');
            throw fail('network', 'could not be reached', { cause: error });
        }
    }
}
/**
 * Fetches one JSON document: the only door to the network, with limits on time, size, redirects and type.
 *
 * @throws {RemoteDocumentError} whatever goes wrong
 */
export async function fetchJson(address, options) {
    const url = printable(new URL(address));
    if (channels.fetchStarted.hasSubscribers)
        channels.fetchStarted.publish({ url });
    try {
        const document = await exchange(address, options);
        if (channels.fetchSucceeded.hasSubscribers)
            channels.fetchSucceeded.publish({ url, maxAge: document.maxAge });
        return document;
    }
    catch (error) {
        if (channels.fetchFailed.hasSubscribers)
            channels.fetchFailed.publish({ url, error });
        throw error;
    }
}
//# sourceMappingURL=fetch-json.js.map