/** Freezes a value of JSON's kinds and all that is in it, so that it can be shared. */
export function deepFreeze(value) {
    for (const item of Object.values(value))
        if (typeof item === 'object' && item !== null)
            deepFreeze(item);
    return Object.freeze(value);
}
//# sourceMappingURL=deep-freeze.js.map