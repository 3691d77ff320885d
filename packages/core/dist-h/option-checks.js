import { ConfigurationError } from './errors.js';
/** Ends the construction: names the option and the mend. */
export function refuse(code, option, message) {
    throw new ConfigurationError(code, option, message);
}
function checkNumber(option, value, unit) {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
        refuse('option_invalid', option, `${option} must be a number of ${unit}, 0 or more`);
    }
    return value;
}
export function checkSeconds(option, value) {
    return checkNumber(option, value, 'seconds');
}
/** The most that a timer can wait. */
const LONGEST_TIMER = 2_147_483_647;
export function checkMilliseconds(option, value) {
    const milliseconds = checkNumber(option, value, 'milliseconds');
    if (milliseconds > LONGEST_TIMER) {
        refuse('option_invalid', option, `${option} is in milliseconds and must be at most ${LONGEST_TIMER} (24 days)`);
    }
    return milliseconds;
}
export function checkPositiveInteger(option, value, most) {
    if (!Number.isSafeInteger(value) || value < 1 || value > most) {
        refuse('option_invalid', option, `${option} must be a whole number from 1 to ${most}`);
    }
    return value;
}
/** One string or a list of them, none empty, none with white space around it. */
export function checkStrings(option, value) {
    const list = Array.isArray(value) ? value : [value];
    if (list.length === 0)
        refuse('option_invalid', option, `${option} must not be an empty list`);
    for (const item of list) {
        if (typeof item !== 'string' || item === '') {
            refuse('option_invalid', option, `${option} must be a string or a list of strings, none of them empty`);
        }
        checkNoPlaceholder(option, item);
    }
    return Object.freeze([...new Set(list)]);
}
/** What is copied from documentation with its placeholder, or with white space, is caught at start. */
export function checkNoPlaceholder(option, value) {
    if (value !== value.trim()) {
        refuse('option_invalid', option, `${option} has white space at its start or end; remove it`);
    }
    if (/[{}]|\$\{|^<.*>$/.test(value)) {
        refuse('option_invalid', option, `${option} still holds a placeholder in braces; replace it with your own value (your Okta domain stands in the Admin Console's user menu)`);
    }
}
/** Hosts of this machine, to which plain http is no risk (RFC 6761 §6.3; RFC 8252 §8.3). */
export function isLoopback(hostname) {
    return (hostname === 'localhost' ||
        hostname.endsWith('.localhost') ||
        hostname === '[::1]' ||
        /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname));
}
/** An absolute https address; http only on loopback or where it is explicitly allowed. */
export function checkUrl(option, value, allowInsecureHttp) {
    if (typeof value !== 'string' || value === '')
        refuse('option_invalid', option, `${option} must be a URL`);
    checkNoPlaceholder(option, value);
    // URL would put right what the authorization server's tokens do not: https:host, backslashes, line breaks.
    const url = /^https?:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined) {
        refuse('option_invalid', option, `${option} must be an absolute URL that starts with https://`);
    }
    if (url.protocol === 'http:' && !allowInsecureHttp && !isLoopback(url.hostname)) {
        refuse('option_invalid', option, `${option} must start with https:// (http is taken for loopback hosts only, or with allowInsecureHttp: true)`);
    }
    if (url.username !== '' || url.password !== '') {
        refuse('option_invalid', option, `${option} must not hold a user name or password`);
    }
    return url;
}
//# sourceMappingURL=option-checks.js.map