/** Freezes a value of JSON's kinds and all that is in it, so that it can be shared. */
export declare function deepFreeze<T extends object>(value: T): T;
//# sourceMappingURL=deep-freeze.d.ts.map